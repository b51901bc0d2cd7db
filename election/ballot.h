#pragma once
// The two questions of an election. A `Poll` asks "do you miss the coordinator too?" and binds
// nobody; it keeps an isolated peer from raising epochs. A `Claim` asks to be accepted for one
// epoch, and each answer binds whoever gave it.

#include <cstdint>
#include <set>

#include "src/core/ids.h"
#include "src/core/time.h"

namespace prumo::election {

struct Poll {
  std::uint64_t attempt = 0;
  Instant ok_until;  ///< higher ranks are given until then to answer
  std::set<HostId> answered;
  std::set<HostId> missing;  ///< who answered that they miss the coordinator too
};

struct Claim {
  Epoch epoch;
  Instant
      first_sent;  ///< the lease runs from here: an answer does not say which sending it answers
  Instant next_retry;
  Instant deadline;           ///< given up then
  std::set<HostId> accepted;  ///< without oneself
};

}  // namespace prumo::election
