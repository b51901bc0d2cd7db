#include "src/replay/front.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace prumo::replay {

std::vector<std::size_t> front(const std::vector<Outcome>& all) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(all[a].overloaded_host_s, all[a].migrations, a) <
           std::tuple(all[b].overloaded_host_s, all[b].migrations, b);
  });
  std::vector<std::size_t> best;
  for (const std::size_t i : order)
    if (best.empty() || all[i].migrations < all[best.back()].migrations) best.push_back(i);
  return best;
}

}  // namespace prumo::replay
