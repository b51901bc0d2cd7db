#pragma once
// Writes the durable state in a thread of its own, and gives up a write that takes too long.

#include <cstdint>
#include <functional>
#include <string>

#include "src/daemon/inbox.h"
#include "src/daemon/worker.h"
#include "src/peer/effect.h"
#include "src/peer/write_watch.h"
#include "src/store/store.h"

namespace prumo::daemon {

class Storer {
 public:
  /// Called in the reactor, once for each write and after it was asked for. `why` empty: stored.
  using Done = std::function<void(std::uint64_t sequence, const std::string& why)>;

  /// Requires: store and inbox outlive the process's last write.
  Storer(store::StateStore& store, Inbox& inbox, Done done)
      : store_(store), inbox_(inbox), done_(std::move(done)) {}

  void write(const Persist&, Instant now);
  /// Gives up a write that takes too long.
  void turn(Instant now);
  [[nodiscard]] Instant next_deadline() const { return watch_.next_deadline(); }
  /// Waits until all is written. False: not within `timeout`.
  [[nodiscard]] bool flush(Duration timeout) { return worker_.wait_idle(timeout); }

 private:
  void ended(std::uint64_t sequence, const std::string& why);

  store::StateStore& store_;
  Inbox& inbox_;
  Done done_;
  Worker worker_{"prumo-store"};
  WriteWatch watch_;
};

}  // namespace prumo::daemon
