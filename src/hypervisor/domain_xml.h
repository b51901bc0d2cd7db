#pragma once
// What a domain's XML says about moving it. libvirt has no dry run of a migration, so the devices
// and disks that would make it fail, or leave the VM without something it needs, are looked for
// beforehand.
//
// A VM says how it wants to be migrated in its own metadata, which travels with it:
//   virsh metadata VM urn:prumo:vm --key prumo --set "<vm max_downtime='100ms'/>" --live --config

#include <functional>
#include <string>
#include <string_view>

namespace prumo::hypervisor {

struct DomainTraits {
  std::string pinned;  ///< why it can't migrate, for a person; empty: nothing in the XML forbids it
  bool hugepages = false;  ///< its memory is not in the resident memory of its process
  /// How it wants to be migrated: the attributes of <prumo:vm> in its metadata, as KEY=VALUE words.
  std::string wishes;
};

/// Whether a file is on storage that other hosts see too.
using IsShared = std::function<bool(const std::string& path)>;

/// Pure but for `is_shared`, which is asked for each disk file; pass one that says yes to allow
/// local disks. XML that can't be parsed pins: what we do not understand we do not move.
[[nodiscard]] DomainTraits traits_of(std::string_view xml, const IsShared& is_shared);

}  // namespace prumo::hypervisor
