#pragma once
// What several policies need: who is overloaded by phase 1, and positions of what the decision
// names.

#include <functional>
#include <set>
#include <vector>

#include "policy/choice.h"
#include "policy/matching.h"
#include "policy/problem.h"
#include "src/replay/policy.h"

namespace prumo::replay {

/// The hosts that may ask and are strictly above `limit` on some smoothed utilisation, the worst
/// first, ties by id. [IME13 §5.1]
/// `hold`: above the overload limit for so many samples.
[[nodiscard]] std::vector<Index> hot_hosts(const View&, double limit, std::uint32_t hold = 0);

/// The relief of that host laid out; hosts in `taken` receive nothing.
[[nodiscard]] policy::Problem problem_of(const View&, Index host, const policy::Parameters&,
                                         const std::set<HostId>& taken);

/// Positions of the destinations of the chosen VMs, in their order; empty: there are none.
using Places =
    std::function<std::vector<std::size_t>(const policy::Problem&, const policy::Choice&)>;
/// Relief of each hot host with the VMs that the documented search chooses, placed by `places`.
[[nodiscard]] std::vector<Proposal> relieve_hot(const View&, const policy::Parameters&,
                                                const Places& places);

/// Every destination that can take it, the emptiest first. (The problem itself notes only as many of
/// the fullest as the documented search needs.)
[[nodiscard]] policy::Takers emptiest_takers(const policy::Problem&, const policy::Candidate&);

[[nodiscard]] inline Index vm_index(const View& view, const policy::Candidate& c) {
  return static_cast<Index>(c.vm - view.snapshot.vms.data());
}
[[nodiscard]] inline Index host_index(const View& view, const policy::Destination& d) {
  return static_cast<Index>(d.host - view.snapshot.hosts.data());
}

}  // namespace prumo::replay
