#pragma once

#include <string>

#include "src/core/result.h"

namespace prumo::store {

/// Keeps a second daemon out of a state folder for as long as it lives, also if this one is killed:
/// the kernel drops the lock with the process.
class FolderLock {
 public:
  /// Takes `folder`/lock without waiting. Errors: held by another process (the line names it), or
  /// the folder can't be written.
  static Result<FolderLock> take(const std::string& folder);

  FolderLock(FolderLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace prumo::store
