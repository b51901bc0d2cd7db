#pragma once

#include <set>
#include <vector>

#include "policy/decision.h"
#include "policy/parameters.h"
#include "policy/snapshot.h"

namespace prumo::policy {

/// Relief for `host`, whether overloaded by the snapshot or not (it asked). Hosts in `taken`
/// receive nothing.
[[nodiscard]] Relief relieve(const Snapshot&, const HostId& host, const Parameters&,
                             const std::set<HostId>& taken = {});

/// One host that asks for relief in a round.
struct Asking {
  HostId host;
  bool advice = false;  ///< shown, not carried out: it uses up no destination
  bool operator==(const Asking&) const = default;
};

/// All that the decisions of one round rest on: the same input gives the same decisions, to the
/// bit, on any machine and at any time.
struct RoundInput {
  Snapshot snapshot;
  Parameters parameters;
  std::vector<Asking> asking;  ///< in the order of their relief
  bool operator==(const RoundInput&) const = default;
};

/// Relief for each host that asks, in their order. Destinations used by one are taken for the
/// next, and all share the work limit: many hard cases at once must not take longer than one.
[[nodiscard]] std::vector<Relief> decide(const RoundInput&, Detail = Detail::kBounded);

/// Finds every overloaded host and relieves each: worst first, destinations used by one are taken
/// for the next.
[[nodiscard]] Decision plan(const Snapshot&, const Parameters&, Detail = Detail::kBounded);

}  // namespace prumo::policy
