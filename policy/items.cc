#include "policy/items.h"

#include <algorithm>

#include "policy/cost.h"

namespace prumo::policy {
namespace {

constexpr std::size_t kCompared = 256;

bool relieves_as_much(const Item& a, const Item& b) {
  return a.relief[0] >= b.relief[0] && a.relief[1] >= b.relief[1] && a.relief[2] >= b.relief[2];
}

bool has_takers_of(const Item& a, const Item& b, std::size_t most) {
  if (a.takers->size() >= most) return true;
  return b.takers->size() <= a.takers->size() &&
         std::includes(a.takers->begin(), a.takers->end(), b.takers->begin(), b.takers->end());
}

}  // namespace

Amounts needed(const Problem& p) {
  Amounts need{};
  for (std::size_t r = 0; r < need.size(); ++r) {
    need[r] = std::max<std::int64_t>(0, (p.utilisation[kResources[r]] - p.target).value);
  }
  return need;
}

std::vector<Item> items_of(const Problem& p, const Amounts& need) {
  std::vector<Item> items;
  items.reserve(p.candidates.size());
  for (std::size_t i = 0; i < p.candidates.size(); ++i) {
    const Candidate& c = p.candidates[i];
    if (c.takers.empty()) continue;
    Item item;
    item.index = items.size();
    item.position = i;
    item.cost = c.cost.value;
    item.takers = &c.takers;
    for (std::size_t r = 0; r < need.size(); ++r) {
      item.relief[r] = std::min(need[r], c.on_source[kResources[r]].value);
    }
    items.push_back(std::move(item));
  }
  return items;
}

void note_preferred(std::vector<Item>& items, std::size_t most) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = i > kCompared ? i - kCompared : 0; j < i; ++j) {
      if (relieves_as_much(items[j], items[i]) && has_takers_of(items[j], items[i], most)) {
        items[i].preferred.push_back(items[j].position);
      }
    }
  }
}

std::vector<std::size_t> heaviest_assignable(const Problem& p,
                                             const std::vector<std::int64_t>& weight) {
  // The sets that have an assignment form a matroid, so taking the heaviest that still fits in is
  // exact.
  std::vector<std::size_t> order;
  std::vector<const Takers*> takers;
  for (std::size_t i = 0; i < p.candidates.size(); ++i) {
    takers.push_back(&p.candidates[i].takers);
    if (!takers.back()->empty() && weight[i] > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return weight[a] > weight[b]; });
  Matching matching(takers, p.destinations.size());
  std::vector<std::size_t> chosen;
  for (const std::size_t i : order) {
    if (matching.add_for_good(i)) chosen.push_back(i);
  }
  return chosen;
}

std::vector<std::size_t> heaviest_assignable(const Problem& p, Resource r) {
  std::vector<std::int64_t> weight;
  for (const Candidate& c : p.candidates) weight.push_back(c.on_source[r].value);
  return heaviest_assignable(p, weight);
}

}  // namespace prumo::policy
