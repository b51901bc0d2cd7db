#pragma once
// How worker threads hand their results to the reactor: a locked queue of things to do there, and a
// descriptor to poll.

#include <functional>
#include <mutex>
#include <vector>

namespace prumo::daemon {

using Task = std::function<void()>;

class Inbox {
 public:
  Inbox();
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// From any thread: `task` will run in the reactor.
  void post(Task task);
  /// From the reactor: all that has been posted, oldest first.
  [[nodiscard]] std::vector<Task> drain();
  /// Readable while something waits.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  std::mutex mutex_;
  std::vector<Task> tasks_;
  int descriptor_;
};

}  // namespace prumo::daemon
