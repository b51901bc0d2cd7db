#pragma once
// The VMs among which the search chooses, in the integers it reckons with: what each relieves the
// source of, and which cheaper one could always stand in for it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/matching.h"
#include "policy/problem.h"

namespace prumo::policy {

/// Millionths of the source's capacity, one per resource.
using Amounts = std::array<std::int64_t, kResources.size()>;

[[nodiscard]] inline Amounts less(Amounts need, const Amounts& relief) {
  for (std::size_t r = 0; r < need.size(); ++r) need[r] -= relief[r];
  return need;
}
/// True when nothing is needed any more.
[[nodiscard]] inline bool satisfied(const Amounts& need) {
  return need[0] <= 0 && need[1] <= 0 && need[2] <= 0;
}

/// A candidate that has a destination.
struct Item {
  std::size_t index = 0;     ///< among all items
  std::size_t position = 0;  ///< in Problem::candidates
  std::int64_t cost = 0;
  Amounts relief{};  ///< at most the need: what is beyond does not count
  const Takers* takers = nullptr;
  /// Positions of cheaper items that relieve as much and have every destination of this one.
  std::vector<std::size_t> preferred;
};

/// What must leave at least; zero where nothing must. Requires: the source is not beyond measure.
[[nodiscard]] Amounts needed(const Problem&);

/// In ascending cost; `preferred` is empty.
[[nodiscard]] std::vector<Item> items_of(const Problem&, const Amounts& need);

/// Fills `preferred`. A VM is compared with the 256 before it: that keeps this linear on hosts with
/// very many. `most`: the largest set looked for; whoever has so many takers never lacks one.
void note_preferred(std::vector<Item>&, std::size_t most);

/// Candidates that could leave at the same time, at most one a host, and together weigh the most.
/// Positions, heaviest first; those without weight are left out. `weight` by candidate.
[[nodiscard]] std::vector<std::size_t> heaviest_assignable(const Problem&,
                                                           const std::vector<std::int64_t>& weight);
/// The same by what they relieve the source of in one resource.
[[nodiscard]] std::vector<std::size_t> heaviest_assignable(const Problem&, Resource);

}  // namespace prumo::policy
