#pragma once
// Which files other hosts see too: those on a network or cluster file system. The same ones that
// libvirt accepts, since it has the last word when the migration begins.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace prumo::hypervisor {

/// The number by which a path's file system is known (statfs(2)); nothing: it can't be asked there.
using TypeOf = std::function<std::optional<std::uint32_t>(const std::string& path)>;
[[nodiscard]] std::optional<std::uint32_t> file_system_of(const std::string& path);

/// Of a path that does not exist, or that we may not look at, the nearest folder above decides: an
/// NFS server that takes root for nobody lets us no further than to where it is mounted.
[[nodiscard]] bool on_shared_storage(const std::string& path, const TypeOf& = file_system_of);

/// Whether the mount table (in the format of /proc/self/mounts) says that the file system of `path`
/// is a FUSE one known to be shared. Requires: `path` is absolute.
[[nodiscard]] bool is_shared_fuse(const std::string& mounts, const std::string& path);

}  // namespace prumo::hypervisor
