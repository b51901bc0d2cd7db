#pragma once
// Phase 2: which VMs should leave? [IME13 §5.2, §6] The smallest set after whose leaving every
// resource of the source is at most the target, and whose VMs all have a destination of their own;
// among the smallest the one with the least total cost; then the lexicographically first cost
// ranks.
//
// Sets are tried by growing size, VMs in ascending cost, depth first, so the first of equals is the
// right one. Whole branches are dropped, never a better set, when
//   - the most that can still leave is too little for a resource (per size and remaining VMs),
//   - the cheapest completion is no cheaper than the best set of this size,
//   - the VMs so far have no assignment to distinct hosts: then no larger set with them has one,
//   - a cheaper VM, left out, relieves as much and has every destination of the one considered: the
//   set with
//     the two exchanged is at least as good.
//
// The work is counted, not timed: machines of any speed decide alike. At the limit the best set
// found so far is taken, and if there is none, one that a single greedy pass finds, which may be
// larger than needed.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/problem.h"

namespace prumo::policy {

struct SearchResult {
  std::vector<std::size_t>
      chosen;                  ///< positions in Problem::candidates, ascending; empty: none found
  std::uint64_t nodes = 0;     ///< work done
  bool limit_reached = false;  ///< the work limit came first: `chosen` is the best found so far
};

/// Requires: the source is above the target, work_limit >= 1.
[[nodiscard]] SearchResult search(const Problem&, std::uint64_t work_limit);

/// Candidates that could leave at the same time and together relieve the source of the most of `r`:
/// at most one a host. Positions, heaviest first.
[[nodiscard]] std::vector<std::size_t> heaviest_assignable(const Problem&, Resource r);

}  // namespace prumo::policy
