#pragma once
// The standard deviation of the hosts' cpu utilisation, and which move of a host would lower it
// most: what `stddev` and `adaptive` go by.

#include <optional>
#include <set>

#include "policy/parameters.h"
#include "src/replay/policy.h"

namespace prumo::replay {

/// Of the smoothed cpu utilisations.
struct Spread {
  double mean = 0;
  double deviation = 0;
};
[[nodiscard]] Spread spread_of(const View&);

struct BestMove {
  ProposedMove move;
  double deviation = 0;  ///< after it
};
/// The move off this host that lowers the deviation most, among the destinations that stay at most
/// the target with it. Nothing when none lowers it.
[[nodiscard]] std::optional<BestMove> best_move(const View&, Index host, const policy::Parameters&,
                                                const std::set<HostId>& taken);

}  // namespace prumo::replay
