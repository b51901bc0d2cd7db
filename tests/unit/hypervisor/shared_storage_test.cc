#include "src/hypervisor/shared_storage.h"

#include <gtest/gtest.h>

namespace prumo::hypervisor {
namespace {

constexpr const char* kMounts =
    "/dev/vda1 / ext4 rw 0 0\n"
    "gl:/v1 /vms fuse.glusterfs rw 0 0\n"
    "sshfs /vms/other fuse.sshfs rw 0 0\n"
    "gl:/v2 /over fuse.glusterfs rw 0 0\n"
    "x /over fuse.sshfs rw 0 0\n"
    "broken\n";

TEST(SharedStorage, KnowsFuseFileSystemsThatAreShared) {
  EXPECT_TRUE(is_shared_fuse(kMounts, "/vms/a.qcow2"));
  EXPECT_TRUE(is_shared_fuse(kMounts, "/vms"));
  EXPECT_FALSE(is_shared_fuse(kMounts, "/vmsx/a"));
  EXPECT_FALSE(is_shared_fuse(kMounts, "/vms/other/a"));
  EXPECT_FALSE(is_shared_fuse(kMounts, "/over/a"));
  EXPECT_FALSE(is_shared_fuse(kMounts, "/a"));
  EXPECT_FALSE(is_shared_fuse("", "/a"));
}

TEST(SharedStorage, ALocalFolderIsNot) {
  EXPECT_FALSE(on_shared_storage("/proc/self/stat"));
  EXPECT_FALSE(on_shared_storage("/proc/no/such/file"));
  EXPECT_FALSE(on_shared_storage(""));
  EXPECT_FALSE(on_shared_storage("relative"));
}

TEST(SharedStorage, OfAFileThatWeMayNotLookAtTheFolderAboveDecides) {
  const auto mounted_at = [](const std::string& nfs) -> TypeOf {
    return [nfs](const std::string& path) -> std::optional<std::uint32_t> {
      if (path == nfs) return 0x6969;
      if (path.starts_with(nfs)) return std::nullopt;  // EACCES
      return 0xEF53;                                   // ext4
    };
  };
  EXPECT_TRUE(on_shared_storage("/srv/vms/pool/a.qcow2", mounted_at("/srv/vms")));
  EXPECT_FALSE(on_shared_storage("/srv/other/a.qcow2", mounted_at("/srv/vms")));
}

}  // namespace
}  // namespace prumo::hypervisor
