#pragma once
// How far an epoch may be above those that a peer knows. Epochs are numbers that never go back, and
// any member may name one: were each believed at its word, one lie near the end of the numbers
// would end all elections for good. So a peer goes no further than a leap at one host's word, and
// that once a while, whatever is named: as what was won, in a claim, or as accepted by someone. All
// peers climb at the same pace, so that none is left behind by another that was lied to, and the
// end of the numbers is thousands of years away. A host that was away for more than a leap of
// honest elections arrives a leap at a time: to know of a lower epoch than was won, and to refuse
// what lies below a higher one than was accepted, are both safe.

#include <algorithm>
#include <cstdint>
#include <map>

#include "src/core/ids.h"
#include "src/core/time.h"

namespace prumo::election {

/// More than an election each second for half a year.
inline constexpr std::uint64_t kLeap = std::uint64_t{1} << 24U;

[[nodiscard]] inline Epoch leap_from(Epoch floor) { return Epoch{floor.value + kLeap}; }

/// When each host's word was last followed over more than a few epochs.
class Leaps {
 public:
  /// Up to where this peer goes, which knows `floor`, when `from` names an epoch. A leap at most,
  /// once in `apart`.
  [[nodiscard]] Epoch believed(const HostId& from, Epoch named, Epoch floor, Instant now,
                               Duration apart) {
    // Failed claims, and those of a host that was admitted again, go ahead by about a thousand.
    constexpr std::uint64_t kStep = 4096;
    if (named.value <= floor.value + kStep) return named;
    const auto [it, first] = at_.try_emplace(from, now);
    if (!first && now - it->second < apart) return Epoch{floor.value + kStep};
    it->second = now;
    return std::min(named, leap_from(floor));
  }
  /// Forgets who is no member any more.
  template <class IsMember>
  void keep(const IsMember& is_member) {
    std::erase_if(at_, [&](const auto& entry) { return !is_member(entry.first); });
  }

 private:
  std::map<HostId, Instant> at_;
};

}  // namespace prumo::election
