#pragma once
// Which files other hosts see too: those on a network or cluster file system. The same ones that
// libvirt accepts, since it has the last word when the migration begins.

#include <string>

namespace prumo::hypervisor {

/// Of a path that does not exist the nearest folder above decides.
[[nodiscard]] bool on_shared_storage(const std::string& path);

/// Whether the mount table (in the format of /proc/self/mounts) says that the file system of `path`
/// is a FUSE one known to be shared. Requires: `path` is absolute.
[[nodiscard]] bool is_shared_fuse(const std::string& mounts, const std::string& path);

}  // namespace prumo::hypervisor
