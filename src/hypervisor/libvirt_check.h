#pragma once
// What an operator should mend before migrations are tried: the traps we know.

#include <optional>
#include <string>
#include <vector>

#include "src/hypervisor/hypervisor.h"

namespace prumo::hypervisor {

/// As `Hypervisor::check`. Lines that begin with "warning: " forbid nothing.
[[nodiscard]] std::vector<std::string> check_libvirt(const LibvirtOptions&);

/// What of it is worth saying at each start: no lock manager, no hook. Lines begin with "warning: ".
[[nodiscard]] std::vector<std::string> warn_of_libvirt();

/// Looks for prumo's hook where libvirt looks.
[[nodiscard]] Hook installed_hook();

/// What to say of a lock manager; nothing when one is set. `qemu_conf`: its text, or nothing when it
/// can't be read.
[[nodiscard]] std::string lock_manager_advice(const std::optional<std::string>& qemu_conf);

/// Whether that text of a qemu.conf sets a lock manager.
[[nodiscard]] bool has_lock_manager(const std::string& qemu_conf);

/// Whether that host UUID is one that careless firmware gives to many machines: libvirt takes two
/// hosts of one UUID for the same and refuses to migrate between them.
[[nodiscard]] bool is_common_uuid(const std::string& uuid);

}  // namespace prumo::hypervisor
