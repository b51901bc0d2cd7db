#include "policy/greedy.h"

#include <algorithm>

#include "policy/matching.h"

namespace prumo::policy {
namespace {

std::size_t most_relieving(const std::vector<Item>& items, const Amounts& need,
                           const std::vector<bool>& tried) {
  std::size_t best = items.size();
  std::int64_t most = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (tried[i]) continue;
    std::int64_t relief = 0;
    for (std::size_t r = 0; r < need.size(); ++r) {
      relief += std::clamp<std::int64_t>(need[r], 0, items[i].relief[r]);
    }
    if (relief <= most) continue;
    most = relief;
    best = i;
  }
  return best;
}

}  // namespace

std::vector<std::size_t> greedy_set(const std::vector<Item>& items, Amounts need,
                                    const Problem& p) {
  std::vector<const Takers*> takers;
  for (const Item& item : items) takers.push_back(item.takers);
  Matching matching(takers, p.destinations.size());
  std::vector<bool> tried(items.size(), false);
  std::vector<std::size_t> set;
  while (!satisfied(need)) {
    const std::size_t i = most_relieving(items, need, tried);
    if (i == items.size()) return {};
    tried[i] = true;
    if (!matching.add_for_good(i)) continue;
    need = less(need, items[i].relief);
    set.push_back(i);
  }
  std::sort(set.begin(), set.end());
  for (std::size_t k = set.size(); k-- > 0;) {
    Amounts without = need;
    for (std::size_t r = 0; r < need.size(); ++r) without[r] += items[set[k]].relief[r];
    if (!satisfied(without)) continue;
    need = without;
    set.erase(set.begin() + static_cast<std::ptrdiff_t>(k));
  }
  return set;
}

}  // namespace prumo::policy
