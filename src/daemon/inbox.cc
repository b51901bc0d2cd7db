#include "src/daemon/inbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace prumo::daemon {

Inbox::Inbox() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) std::abort();
}

Inbox::~Inbox() { close(descriptor_); }

void Inbox::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  eventfd_write(descriptor_, 1);
}

std::vector<Task> Inbox::drain() {
  eventfd_t count = 0;
  eventfd_read(descriptor_, &count);
  const std::lock_guard lock(mutex_);
  return std::exchange(tasks_, {});
}

}  // namespace prumo::daemon
