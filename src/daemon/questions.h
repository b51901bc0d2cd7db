#pragma once
// Questions that were put to the peer as events, each waiting for the verdict with its number. A
// verdict comes once what it rests on is stored; a disk that hangs must not leave the asker without
// a word.

#include <cstdint>
#include <functional>
#include <map>

#include "src/core/time.h"
#include "src/peer/effect.h"

namespace prumo::daemon {

class Questions {
 public:
  using Done = std::function<void(const Verdict&)>;

  /// The number to ask under. At most 256 wait; a further one has the oldest answered with a no.
  [[nodiscard]] std::uint64_t put(Instant now, Done);
  /// One that nobody waits for is ignored.
  void answer(const Verdict&);
  /// Answers with a no what has waited for too long.
  void expire(Instant now);
  [[nodiscard]] Instant next_deadline() const;

 private:
  struct Waiting {
    Instant until;
    Done done;
  };
  std::map<std::uint64_t, Waiting> waiting_;  ///< by number, so the oldest first
  std::uint64_t last_ = 0;
};

}  // namespace prumo::daemon
