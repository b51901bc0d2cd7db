#include "src/store/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace prumo::store {
namespace {

/// "process 4711", as the holder wrote it; "another process" when it has not yet.
std::string holder(int fd) {
  std::array<char, 16> text{};
  const ssize_t got = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid;
  for (ssize_t i = 0; i < got && text[static_cast<std::size_t>(i)] >= '0' &&
                      text[static_cast<std::size_t>(i)] <= '9';
       ++i)
    pid += text[static_cast<std::size_t>(i)];
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::string& folder) {
  const std::string path = folder + "/lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail(path + ": " + std::strerror(errno) +
                "; make the folder writable for the user of prumod");
  FolderLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return fail(path + ": " + std::strerror(errno) + "; put the state on a local file system");
    return fail(folder + ": in use by " + holder(fd) +
                "; stop that prumod, or give this one a state folder of its own");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only for the message above; a disk too full for it is found by the store.
  if (::ftruncate(fd, 0) == 0 && ::pwrite(fd, pid.data(), pid.size(), 0) < 0) errno = 0;
  return lock;
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace prumo::store
