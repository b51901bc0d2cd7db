#pragma once
// Which sizes, and which VMs, a set that is enough can have at all.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/items.h"
#include "policy/relaxation.h"

namespace prumo::policy {

struct Reach {
  std::size_t smallest = 1;  ///< no set with fewer VMs is enough
  std::size_t largest = 0;   ///< no set with more has an assignment; 0: no set is enough
  Amounts weights{};         ///< with which sets of any size fall as short as can be found
  std::vector<std::size_t>
      example;  ///< items that are enough and have an assignment, if any was met
};
/// Sets of any size, destinations minded.
[[nodiscard]] Reach reach_of(const Problem&, const std::vector<Item>&, const Amounts& need);

/// True: no set of `size` is enough, whatever the destinations.
[[nodiscard]] bool hopeless(const std::vector<Item>&, const Amounts& need, std::size_t size,
                            const Amounts& weights);

/// The items that a set of `size` (or kAnySize) which is enough and costs at most `known` can hold.
[[nodiscard]] std::vector<Item> within_reach(const std::vector<Item>&, const Amounts& need,
                                             std::size_t size, const Amounts& weights,
                                             const Prices&, std::int64_t known);

}  // namespace prumo::policy
