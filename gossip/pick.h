#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "src/core/random.h"

namespace prumo::gossip {

/// Keeps `count` elements at random (all when there are fewer), in random order.
template <class T>
void keep_some(std::vector<T>& from, std::size_t count, Random& random) {
  count = std::min(count, from.size());
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(from[i], from[i + random.below(from.size() - i)]);
  }
  from.resize(count);
}

}  // namespace prumo::gossip
