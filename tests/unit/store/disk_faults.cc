#include "tests/unit/store/disk_faults.h"

#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace {

std::atomic<int> sync_count{0};
std::function<int()> before_write;
sqlite3_syscall_ptr real_pwrite = nullptr;

ssize_t faulty_pwrite(int fd, const void* bytes, size_t size, off_t at) {
  if (const int error = before_write ? before_write() : 0; error != 0) {
    errno = error;
    return -1;
  }
  return ::pwrite(fd, bytes, size, at);
}

}  // namespace

// These stand before the C library's of the same name, also for the calls of libsqlite3.
extern "C" int fsync(int fd) {
  ++sync_count;
  return static_cast<int>(::syscall(SYS_fsync, fd));
}
extern "C" int fdatasync(int fd) {
  ++sync_count;
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}

namespace prumo::store {

int syncs() { return sync_count; }

WriteFault::WriteFault(std::function<int()> before) {
  before_write = std::move(before);
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  for (const char* name : {"pwrite", "pwrite64"}) {
    if (vfs->xGetSystemCall(vfs, name) == nullptr) continue;
    real_pwrite = vfs->xGetSystemCall(vfs, name);
    vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(faulty_pwrite));
  }
}

WriteFault::~WriteFault() {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  for (const char* name : {"pwrite", "pwrite64"}) vfs->xSetSystemCall(vfs, name, nullptr);
  before_write = nullptr;
}

}  // namespace prumo::store
