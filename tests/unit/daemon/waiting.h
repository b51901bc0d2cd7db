#pragma once
// What tests of worker threads need: something that hangs, and the reactor's side of the wait.

#include <gtest/gtest.h>
#include <poll.h>

#include <condition_variable>
#include <mutex>

#include "src/daemon/inbox.h"

namespace prumo::daemon {

/// Calls that pass it hang while it is shut.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !shut_; });
  }
  void set(bool shut) {
    const std::lock_guard lock(mutex_);
    shut_ = shut;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool shut_ = false;
};

/// Does what has been posted, as the reactor does.
inline void take_in(Inbox& inbox) {
  for (const Task& task : inbox.drain()) task();
}

/// … until it holds.
template <class Holds>
void take_in_until(Inbox& inbox, const Holds& holds) {
  constexpr int kPatienceMs = 60'000;
  for (take_in(inbox); !holds(); take_in(inbox)) {
    pollfd waiting{inbox.descriptor(), POLLIN, 0};
    ASSERT_EQ(::poll(&waiting, 1, kPatienceMs), 1);
  }
}

}  // namespace prumo::daemon
