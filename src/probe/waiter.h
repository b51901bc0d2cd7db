#pragma once
// Waits for descriptors, to the microsecond: a thin epoll.

#include <cstdint>
#include <vector>

#include "src/core/time.h"

namespace prumo::probe {

class Waiter {
 public:
  struct Ready {
    std::uint64_t tag;
    bool readable;
    bool writable;
  };

  Waiter();
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// `tag` comes back with what is ready; a descriptor that is known changes what it waits for. A
  /// hang-up or an error counts as readable.
  void watch(int fd, std::uint64_t tag, bool readable, bool writable);
  void forget(int fd);
  /// At most that long, and not at all when it is not above 0. Valid until the next call.
  const std::vector<Ready>& wait(Duration at_most);

 private:
  int epoll_;
  std::vector<Ready> ready_;
};

}  // namespace prumo::probe
