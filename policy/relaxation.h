#pragma once
// What can be said about all sets of a size at once, so that the search need not try them.
//
// Two weighings do it. *Weights* of the resources: if even the heaviest VMs weigh less than the
// need, no set of that size is enough. *Prices* of the resources: a VM that costs less than what it
// relieves is worth gains, another loses; the cheapest set can't cost less than the price of the
// need and what the best VMs gain or lose. Any weights and prices are sound (Lagrangian
// relaxation); good ones are found by going a little, again and again, towards the resource in
// which the best set of the moment falls short (subgradient steps). Sets met on the way that are
// enough are kept: they tell what the answer costs at most.
//
// Destinations play no part in it: with fewer sets allowed the bounds hold all the more. Steps are
// taken in floating point, always the same ones; what the search then compares are integers.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "policy/items.h"

namespace prumo::policy {

/// Is told positions in the items, ascending, that together are enough in every resource. Answers
/// with the cost of the cheapest that was offered and has an assignment; INT64_MAX: none has yet.
using Offer = std::function<std::int64_t(std::vector<std::size_t>)>;

/// Any number of VMs, as a size.
inline constexpr std::size_t kAnySize = 0;

/// Weights of the resources with which the sets of `size` fall as short of the need as can be
/// found; kAnySize is not allowed.
[[nodiscard]] Amounts weights_of(const std::vector<Item>&, const Amounts& need, std::size_t size,
                                 const Offer&);

/// Prices of the resources in millionths of cost, times 2^`shift`, per millionth of capacity.
struct Prices {
  Amounts of{};
  int shift = 0;
};
/// Prices with which the bound on the cost of sets of `size` is as high as can be found.
[[nodiscard]] Prices prices_of(const std::vector<Item>&, const Amounts& need, std::size_t size,
                               const Offer&);

[[nodiscard]] inline std::int64_t weigh(const Amounts& weight, const Amounts& amounts) {
  return weight[0] * amounts[0] + weight[1] * amounts[1] + weight[2] * amounts[2];
}

}  // namespace prumo::policy
