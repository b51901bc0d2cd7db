#pragma once
// Writes the durable state in a thread of its own. A disk that has not answered within the patience
// counts as one that fails: the peer says so, and goes on with what needs no disk. The write may
// still come to an end, in its turn; until it has, each further one fails at once.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "src/daemon/inbox.h"
#include "src/daemon/worker.h"
#include "src/peer/effect.h"
#include "src/store/store.h"

namespace prumo::daemon {

class Storer {
 public:
  static constexpr Duration kPatience = 10s;
  /// Called in the reactor, once for each write and after it was asked for. `why` empty: stored.
  using Done = std::function<void(std::uint64_t sequence, const std::string& why)>;

  /// Requires: store and inbox outlive the process's last write.
  Storer(store::StateStore& store, Inbox& inbox, Done done)
      : store_(store), inbox_(inbox), done_(std::move(done)) {}

  void write(const Persist&, Instant now);
  /// Gives up a write that takes too long.
  void turn(Instant now);
  [[nodiscard]] Instant next_deadline() const { return until_; }
  /// Waits until all is written. False: not within `timeout`.
  [[nodiscard]] bool flush(Duration timeout) { return worker_.wait_idle(timeout); }

 private:
  void ended(std::uint64_t sequence, const std::string& why);

  store::StateStore& store_;
  Inbox& inbox_;
  Done done_;
  Worker worker_{"prumo-store"};
  bool writing_ = false;                  ///< the thread is at it, or its word has not come yet
  std::optional<std::uint64_t> awaited_;  ///< the write under way, unless it was given up
  Instant until_ = Instant::never();
};

}  // namespace prumo::daemon
