#pragma once
// Watches the writes of the durable state, one at a time. A disk that has not answered within the
// patience counts as one that fails: the peer says so, and goes on with what needs no disk. The
// write may still come to an end, and then stands on the disk although it was reported as failed.
// That is no worse than a crash right after a write: the peer takes nothing back from its memory,
// so the next write holds it too. Until it has ended, each further one fails at once.

#include <cstdint>
#include <optional>
#include <utility>

#include "src/core/time.h"

namespace prumo {

class WriteWatch {
 public:
  static constexpr Duration kPatience = 10s;

  /// False: the one before has not ended; this one must not begin, and has failed.
  [[nodiscard]] bool begin(std::uint64_t sequence, Instant now) {
    if (std::exchange(writing_, true)) return false;
    awaited_ = sequence;
    until_ = now + kPatience;
    return true;
  }
  /// The write under way has ended. False: it was given up, whatever became of it.
  [[nodiscard]] bool ended(std::uint64_t sequence) {
    writing_ = false;
    until_ = Instant::never();
    return std::exchange(awaited_, std::nullopt) == sequence;
  }
  /// The write to be given up at `now`, if any.
  [[nodiscard]] std::optional<std::uint64_t> overdue(Instant now) {
    if (now < until_) return std::nullopt;
    until_ = Instant::never();
    return std::exchange(awaited_, std::nullopt);
  }
  [[nodiscard]] Instant next_deadline() const { return until_; }

 private:
  bool writing_ = false;                  ///< it is under way, or its word has not come yet
  std::optional<std::uint64_t> awaited_;  ///< the write under way, unless it was given up
  Instant until_ = Instant::never();
};

}  // namespace prumo
