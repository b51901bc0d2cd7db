#pragma once
// How one VM is to be migrated. The settings of [migration] come first, then each line of
// `migration.vms` whose pattern matches its name, in order, then the VM's own words, which travel
// with it in its libvirt metadata. Words are written as KEY=VALUE, with the keys of [migration].

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace prumo::config {

struct VmMigration {
  policy::MigrationSettings settings;
  std::vector<std::string> wrong;  ///< of the VM's own words, each left out: what and the cure
};

/// A VM may not allow itself what prumo.toml does not: `allow_post_copy` is none of its words.
[[nodiscard]] VmMigration vm_migration(const Config&, const std::string& name,
                                       std::string_view own_words);

/// What is wrong with a line of `migration.vms`, and the cure; empty: nothing.
[[nodiscard]] std::string wrong_vm_line(const Config&, const std::string& line);

}  // namespace prumo::config
