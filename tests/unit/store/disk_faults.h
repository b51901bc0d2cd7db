#pragma once
// A disk that fails on demand: SQLite's calls to the kernel pass through here in the tests.

#include <atomic>
#include <functional>

namespace prumo::store {

/// How many times SQLite has asked the kernel to put a file on the disk.
int syncs();

/// While it lives, each write that SQLite makes is first asked of `before`: 0 lets it through,
/// another number is the errno it fails with.
class WriteFault {
 public:
  explicit WriteFault(std::function<int()> before);
  WriteFault(const WriteFault&) = delete;
  WriteFault& operator=(const WriteFault&) = delete;
  ~WriteFault();
};

}  // namespace prumo::store
