#pragma once
// How long a suspect has to answer for itself before it is declared dead (SWIM's suspicion with
// Lifeguard's shrinking timeout). A suspicion that rests on one accuser lasts long, because the
// accuser may be the sick one; each further, independent accuser shortens it, until at `expected`
// confirmations it is as short as it gets. Deviation: the accusers' number needed is 2 and not
// configurable.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>

#include "gossip/parameters.h"
#include "src/core/ids.h"
#include "src/core/time.h"

namespace prumo::gossip {

/// Confirmations, besides the first accuser, that make a suspicion as short as it gets: 2, or as
/// many as `members` can give (all but the suspect and the first accuser).
[[nodiscard]] std::uint32_t confirmations_expected(std::size_t members);

/// suspicion_periods · max(1, log10 members) probe periods.
[[nodiscard]] Duration suspicion_least(const Parameters&, std::size_t members);

/// most − (most − least) · log(confirmations + 1) / log(expected + 1), not below `least`; `least`
/// when nobody can confirm. Requires: least <= most.
[[nodiscard]] Duration suspicion_timeout(Duration least, Duration most, std::uint32_t confirmations,
                                         std::uint32_t expected);

/// One running suspicion.
class Suspicion {
 public:
  Suspicion(Instant started, HostId accuser) : started_(started), accusers_{std::move(accuser)} {}

  /// Counts `accuser` in; false when it has been counted, or enough have.
  bool confirm(const HostId& accuser, std::size_t members);
  /// When the suspect is dead, unless it is heard of before.
  [[nodiscard]] Instant ends(const Parameters&, std::size_t members) const;
  /// After a pause of one's own: does not end before `until`. At most three times, so that a
  /// process that is always late still comes to a verdict.
  void postpone(Instant until);
  [[nodiscard]] const std::set<HostId>& accusers() const { return accusers_; }

 private:
  Instant started_;
  Instant not_before_{Duration::min()};
  std::uint32_t postponed_ = 0;
  std::set<HostId> accusers_;
};

}  // namespace prumo::gossip
