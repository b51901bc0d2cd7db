#include "policy/reach.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace prumo::policy {
namespace {

constexpr int kSteps = 8;

/// Sums of the `size` largest of some values, also with one of them forced in.
class Top {
 public:
  Top(std::vector<std::int64_t> values, std::size_t size) : size_(std::min(size, values.size())) {
    if (size_ == 0) return;
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(size_);
    std::nth_element(values.begin(), end - 1, values.end(), std::greater<>());
    least_ = *(end - 1);
    sum_ = std::accumulate(values.begin(), end, std::int64_t{0});
  }
  [[nodiscard]] std::int64_t sum() const { return sum_; }
  [[nodiscard]] std::int64_t sum_with(std::int64_t value) const {
    return size_ == 0 || value >= least_ ? sum_ : sum_ - least_ + value;
  }

 private:
  std::size_t size_;
  std::int64_t sum_ = 0;
  std::int64_t least_ = 0;
};

template <class Of>
std::vector<std::int64_t> each(const std::vector<Item>& items, const Of& of) {
  std::vector<std::int64_t> values;
  values.reserve(items.size());
  for (const Item& item : items) values.push_back(of(item));
  return values;
}

auto relief_in(std::size_t r) {
  return [r](const Item& item) { return item.relief[r]; };
}
auto weight_by(const Amounts& weights) {
  return [&weights](const Item& item) { return weigh(weights, item.relief); };
}

/// How many of the items at least make up the need in resource r.
std::size_t fewest(const std::vector<Item>& items, const Amounts& need, std::size_t r) {
  std::vector<std::int64_t> values = each(items, relief_in(r));
  std::sort(values.begin(), values.end(), std::greater<>());
  std::int64_t sum = 0;
  std::size_t count = 0;
  while (count < values.size() && sum < need[r]) sum += values[count++];
  return count;
}

/// What a weight is moved by: the more, the further the set falls short in that resource.
void lean(Amounts& weights, const Amounts& need, const Amounts& rest) {
  for (std::size_t r = 0; r < weights.size(); ++r) {
    if (need[r] == 0) continue;
    const std::int64_t change = weights[r] / 2;
    weights[r] += rest[r] > 0 ? change : -change / 2;
  }
}

}  // namespace

Reach reach_of(const Problem& p, const std::vector<Item>& items, const Amounts& need) {
  Reach reach;
  // On the way each resource counts as much as its need does.
  constexpr std::int64_t kScale = std::int64_t{1} << 40;
  Amounts weights{};
  for (std::size_t r = 0; r < need.size(); ++r) {
    if (need[r] == 0) continue;
    reach.smallest = std::max(reach.smallest, fewest(items, need, r));
    weights[r] = std::max<std::int64_t>(1, kScale / need[r]);
  }
  reach.weights = weights;
  std::vector<std::size_t> index(p.candidates.size(), 0);
  for (const Item& item : items) index[item.position] = item.index;
  const auto heaviest = [&](const auto& weight_of) {
    std::vector<std::int64_t> by_candidate(p.candidates.size(), 0);
    for (const Item& item : items) by_candidate[item.position] = weight_of(item);
    std::vector<std::size_t> set;
    for (const std::size_t position : heaviest_assignable(p, by_candidate)) {
      set.push_back(index[position]);
    }
    std::sort(set.begin(), set.end());
    return set;
  };
  const auto rest_after = [&](const std::vector<std::size_t>& set) {
    Amounts rest = need;
    for (const std::size_t i : set) rest = less(rest, items[i].relief);
    return rest;
  };
  for (std::size_t r = 0; r < need.size(); ++r) {
    if (need[r] == 0) continue;
    if (rest_after(heaviest(relief_in(r)))[r] > 0) return reach;
  }
  reach.largest = heaviest([](const Item&) { return 1; }).size();
  for (int step = 0; step < kSteps && reach.example.empty(); ++step) {
    std::vector<std::size_t> set = heaviest(weight_by(weights));
    const Amounts rest = rest_after(set);
    if (satisfied(rest)) {
      reach.example = std::move(set);
    } else if (weigh(weights, rest) > 0) {
      reach.largest = 0;
      return reach;
    }
    reach.weights = weights;
    lean(weights, need, rest);
  }
  return reach;
}

bool hopeless(const std::vector<Item>& items, const Amounts& need, std::size_t size,
              const Amounts& weights) {
  if (items.size() < size) return true;
  for (std::size_t r = 0; r < need.size(); ++r) {
    if (Top(each(items, relief_in(r)), size).sum() < need[r]) return true;
  }
  return Top(each(items, weight_by(weights)), size).sum() < weigh(weights, need);
}

std::vector<Item> within_reach(const std::vector<Item>& items, const Amounts& need,
                               std::size_t size, const Amounts& weights, const Prices& prices,
                               std::int64_t known) {
  const bool any = size == kAnySize;
  const auto gain_of = [&](const Item& item) {
    return weigh(prices.of, item.relief) - (item.cost << prices.shift);
  };
  const Top gains(any ? std::vector<std::int64_t>() : each(items, gain_of), size);
  std::int64_t any_gain = 0;
  for (const Item& item : items) any_gain += std::max<std::int64_t>(0, gain_of(item));
  const Top weighed(any ? std::vector<std::int64_t>() : each(items, weight_by(weights)), size);

  std::vector<Item> kept;
  for (const Item& item : items) {
    const std::int64_t gain = gain_of(item);
    const std::int64_t best =
        any ? any_gain + std::min<std::int64_t>(0, gain) : gains.sum_with(gain);
    const std::int64_t least = weigh(prices.of, need) - best;  // of the cost, times 2^shift
    if (known != INT64_MAX && (least >> prices.shift) > known) continue;
    if (!any && weighed.sum_with(weigh(weights, item.relief)) < weigh(weights, need)) continue;
    kept.push_back(item);
  }
  return kept;
}

}  // namespace prumo::policy
