#pragma once
// Phase 2: which VMs should leave? [IME13 §5.2, §6] The smallest set after whose leaving every
// resource of the source is at most the target, and whose VMs all have a destination of their own;
// among the smallest the one with the least total cost; then the lexicographically first cost
// ranks. With Objective::kLeastCost the cheapest set of any size (ours).
//
// Sets are tried depth first, VMs in ascending cost, so the first of equals is the right one. Whole
// branches are dropped, never a better set, when
//   - what can still leave is too little for a resource, or for their weighted sum,
//   - the set must cost more than one that is known already (relaxation.h says how one can tell),
//   - the VMs so far have no assignment to distinct hosts: then no larger set with them has one.
//     Only VMs with fewer takers than the set has VMs can lack one at all,
//   - a cheaper VM, left out, relieves as much and has every destination of the one considered: the
//     set with the two exchanged is at least as good.
// VMs that no set within the known cost can hold are set aside before.
//
// The work is counted, not timed: machines of any speed decide alike. At the limit the best set
// found so far is taken; it may be larger or dearer than needed.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/parameters.h"
#include "policy/problem.h"

namespace prumo::policy {

struct SearchResult {
  std::vector<std::size_t>
      chosen;                  ///< positions in Problem::candidates, ascending; empty: none found
  std::uint64_t nodes = 0;     ///< work done
  bool limit_reached = false;  ///< the work limit came first: `chosen` is the best found so far
};

/// Requires: the source is above the target, work_limit >= 1.
[[nodiscard]] SearchResult search(const Problem&, Objective, std::uint64_t work_limit);

}  // namespace prumo::policy
