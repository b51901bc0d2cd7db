#pragma once
// A thread that does one job after the other, for calls that may block for long. The reactor gives
// it jobs and never waits for it.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "src/core/time.h"

namespace prumo::daemon {

class Worker {
 public:
  /// `name` is what `ps -L` shows; at most 15 characters.
  explicit Worker(std::string name);
  /// Lets the job at hand finish on its own: a thread that hangs in libvirt must not keep prumod
  /// from stopping.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run(std::function<void()> job);
  /// Jobs given and not begun.
  [[nodiscard]] std::size_t waiting() const;
  /// Waits until all jobs given so far are done. False: not within `timeout`.
  [[nodiscard]] bool wait_idle(Duration timeout);

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> jobs;
    bool busy = false;
    bool stop = false;
  };
  static void loop(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace prumo::daemon
