#pragma once

#include <cstddef>
#include <vector>

#include "policy/items.h"

namespace prumo::policy {

/// A set that is enough, though neither the smallest nor the cheapest: VM by VM the one that
/// relieves most of what is still needed, then without those that turned out superfluous, the
/// dearest first. Items, ascending; empty when it finds none.
[[nodiscard]] std::vector<std::size_t> greedy_set(const std::vector<Item>&, Amounts need,
                                                  const Problem&);

}  // namespace prumo::policy
