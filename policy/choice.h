#pragma once
// What was decided for one overloaded host, in positions of its Problem.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/parameters.h"
#include "policy/problem.h"

namespace prumo::policy {

struct Choice {
  std::vector<std::size_t> vms;    ///< ascending; empty: nothing can be done
  std::vector<std::size_t> hosts;  ///< the destination of each
  bool partial = false;            ///< a single move that is not enough (`allow_partial`)
  std::uint64_t nodes = 0;         ///< work of the search
  bool limit_reached = false;
};

/// Phases 2 and 3. Nothing is chosen when the source is at most the target already.
[[nodiscard]] Choice choose(const Problem&, const Parameters&);

}  // namespace prumo::policy
