#include "policy/search.h"

#include <algorithm>
#include <array>
#include <functional>
#include <queue>

#include "policy/cost.h"
#include "policy/matching.h"

namespace prumo::policy {
namespace {

/// One per resource, and their sum: it sees at once what each resource alone does not, that the VMs
/// which relieve the one are not those which relieve the other.
using Amounts = std::array<std::int64_t, kResources.size() + 1>;

/// Hosts that the matching looks at in about the time of one node.
constexpr std::uint64_t kLooksPerNode = 32;
/// A VM is compared with so many cheaper ones: keeps the preparation linear on hosts with very many
/// VMs.
constexpr std::size_t kCompared = 256;

/// What must leave at least; zero where nothing must.
Amounts needed(const Problem& p) {
  // Out of reach of any sum: a source beyond measure can't be relieved.
  constexpr std::int64_t kNever = INT64_MAX / 8;
  Amounts need{};
  for (std::size_t i = 0; i < kResources.size(); ++i) {
    const Micro u = p.utilisation[kResources[i]];
    need[i] = u >= kBeyond ? kNever : std::max<std::int64_t>(0, u.value - p.target.value);
    need.back() += need[i];
  }
  return need;
}

class Search {
 public:
  Search(const Problem& p, std::uint64_t limit)
      : problem_(p),
        limit_(limit),
        items_(items_of(p)),
        matching_(takers_, p.destinations.size()) {}

  SearchResult run() {
    std::size_t sizes = items_.size();
    for (std::size_t size = 1; size <= sizes && !limit_reached_; ++size) {
      prepare(size);
      if (visit(0, size, needed(problem_), 0)) break;
      // Single VMs are nearly always the answer, and need no such proof.
      if (size == 1) sizes = std::min(sizes, largest_useful_size());
    }
    if (limit_reached_ && best_.empty()) best_ = greedy_set();
    SearchResult result;
    for (const std::size_t i : best_) result.chosen.push_back(items_[i].position);
    result.nodes = work();
    result.limit_reached = limit_reached_;
    return result;
  }

 private:
  /// A candidate that has a destination.
  struct Item {
    std::size_t position = 0;
    std::int64_t cost = 0;
    Amounts relief{};
    std::vector<std::size_t>
        preferred;  ///< cheaper items that are at least as good in every respect
  };

  std::vector<Item> items_of(const Problem& p) {
    const Amounts need = needed(p);
    std::vector<Item> items;
    for (std::size_t i = 0; i < p.candidates.size(); ++i) {
      const Candidate& c = p.candidates[i];
      if (c.takers.empty()) continue;
      Item item{i, c.cost.value, {}, {}};
      // Relief beyond the need does not count, neither in bounds nor in comparisons.
      for (std::size_t r = 0; r < kResources.size(); ++r) {
        item.relief[r] = std::min(need[r], c.on_source[kResources[r]].value);
        item.relief.back() += item.relief[r];
      }
      takers_.push_back(&c.takers);
      items.push_back(std::move(item));
    }
    for (std::size_t i = 0; i < items.size(); ++i) note_preferred(items, i);
    return items;
  }

  void note_preferred(std::vector<Item>& items, std::size_t i) const {
    for (std::size_t j = i > kCompared ? i - kCompared : 0; j < i; ++j) {
      const bool as_good = std::equal(items[j].relief.begin(), items[j].relief.end(),
                                      items[i].relief.begin(), std::greater_equal<>());
      if (as_good && std::includes(takers_[j]->begin(), takers_[j]->end(), takers_[i]->begin(),
                                   takers_[i]->end())) {
        items[i].preferred.push_back(j);
      }
    }
  }

  /// Adds the table of the most that `size` of the items from i on relieve, for each i.
  void prepare(std::size_t size) {
    if (most_.empty()) {
      most_.emplace_back(items_.size() + 1, Amounts{});
      cost_before_.assign(1, 0);
      for (const Item& item : items_) cost_before_.push_back(cost_before_.back() + item.cost);
      taken_.assign(items_.size(), false);
    }
    std::vector<Amounts> most(items_.size() + 1, Amounts{});
    for (std::size_t r = 0; r < most.front().size(); ++r) {
      std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>> largest;
      std::int64_t sum = 0;
      for (std::size_t i = items_.size(); i-- > 0;) {
        sum += items_[i].relief[r];
        largest.push(items_[i].relief[r]);
        if (largest.size() > size) {
          sum -= largest.top();
          largest.pop();
        }
        most[i][r] = sum;
      }
    }
    most_.push_back(std::move(most));
    if (size > 1) prepared_ += items_.size();
  }

  /// Sets above this size have no assignment; 0 when no set of any size can relieve some resource.
  std::size_t largest_useful_size() {
    std::size_t size = items_.size();
    const Amounts need = needed(problem_);
    for (std::size_t r = 0; r < kResources.size(); ++r) {
      if (need[r] == 0) continue;
      const std::vector<std::size_t> heaviest = heaviest_assignable(problem_, kResources[r]);
      std::int64_t sum = 0;
      for (const std::size_t i : heaviest)
        sum += problem_.candidates[i].on_source[kResources[r]].value;
      if (sum < need[r]) return 0;
      size = std::min(size, heaviest.size());
    }
    return size;
  }

  /// A set that is enough, though not the smallest: VM by VM the one that relieves most of what is
  /// still needed, then without those that turned out superfluous, the dearest first. Empty when it
  /// finds none.
  std::vector<std::size_t> greedy_set() {
    Matching matching(takers_, problem_.destinations.size());
    Amounts need = needed(problem_);
    std::vector<bool> tried(items_.size(), false);
    std::vector<std::size_t> set;
    while (!within(need, Amounts{})) {
      const std::size_t i = most_relieving(need, tried);
      if (i == items_.size()) return {};
      tried[i] = true;
      if (!matching.add_for_good(i)) continue;
      need = less(need, items_[i].relief);
      set.push_back(i);
    }
    std::sort(set.begin(), set.end());
    for (std::size_t k = set.size(); k-- > 0;) {
      Amounts without = need;
      for (std::size_t r = 0; r < need.size(); ++r) without[r] += items_[set[k]].relief[r];
      if (!within(without, Amounts{})) continue;
      need = without;
      set.erase(set.begin() + static_cast<std::ptrdiff_t>(k));
    }
    return set;
  }

  [[nodiscard]] std::size_t most_relieving(const Amounts& need,
                                           const std::vector<bool>& tried) const {
    std::size_t best = items_.size();
    std::int64_t most = 0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (tried[i]) continue;
      std::int64_t relief = 0;
      for (std::size_t r = 0; r < kResources.size(); ++r) {
        relief += std::clamp<std::int64_t>(need[r], 0, items_[i].relief[r]);
      }
      if (relief <= most) continue;
      most = relief;
      best = i;
    }
    return best;
  }

  static Amounts less(Amounts need, const Amounts& relief) {
    for (std::size_t r = 0; r < need.size(); ++r) need[r] -= relief[r];
    return need;
  }

  [[nodiscard]] std::uint64_t work() const {
    return nodes_ + prepared_ + matching_.work() / kLooksPerNode;
  }

  static bool within(const Amounts& need, const Amounts& most) {
    return std::equal(need.begin(), need.end(), most.begin(), std::less_equal<>());
  }

  [[nodiscard]] bool better_left_out(std::size_t i) const {
    const auto& preferred = items_[i].preferred;
    return std::any_of(preferred.begin(), preferred.end(),
                       [this](std::size_t j) { return !taken_[j]; });
  }

  /// Completes the set in `path_` with `left` items from `first` on; true when it found a best one.
  bool visit(std::size_t first, std::size_t left, const Amounts& need, std::int64_t cost) {
    if (left == 0) {
      best_ = path_;
      best_cost_ = cost;
      return true;
    }
    bool found = false;
    for (std::size_t i = first; i + left <= items_.size() && !limit_reached_; ++i) {
      if (!best_.empty() && cost + cost_before_[i + left] - cost_before_[i] >= best_cost_) break;
      if (!within(need, most_[left][i])) break;
      ++nodes_;
      if (work() >= limit_) {
        limit_reached_ = true;
        break;
      }
      const Amounts rest = less(need, items_[i].relief);
      if (!within(rest, most_[left - 1][i + 1]) || better_left_out(i) || !matching_.add(i))
        continue;
      path_.push_back(i);
      taken_[i] = true;
      found = visit(i + 1, left - 1, rest, cost + items_[i].cost) || found;
      taken_[i] = false;
      path_.pop_back();
      matching_.remove(i);
    }
    return found;
  }

  const Problem& problem_;
  std::uint64_t limit_;
  std::vector<const Takers*> takers_;  ///< by item; filled with the items
  std::vector<Item> items_;            ///< ascending cost
  Matching matching_;
  std::vector<std::vector<Amounts>> most_;  ///< by size, then by first item
  std::vector<std::int64_t> cost_before_;   ///< total cost of the items before
  std::vector<bool> taken_;
  std::vector<std::size_t> path_;
  std::vector<std::size_t> best_;
  std::int64_t best_cost_ = 0;
  std::uint64_t nodes_ = 0;
  std::uint64_t prepared_ = 0;
  bool limit_reached_ = false;
};

}  // namespace

SearchResult search(const Problem& problem, std::uint64_t work_limit) {
  return Search(problem, work_limit).run();
}

std::vector<std::size_t> heaviest_assignable(const Problem& problem, Resource r) {
  // The sets that have an assignment form a matroid, so taking the heaviest that still fits in is
  // exact.
  std::vector<std::size_t> order;
  std::vector<const Takers*> takers;
  for (std::size_t i = 0; i < problem.candidates.size(); ++i) {
    takers.push_back(&problem.candidates[i].takers);
    if (!takers.back()->empty()) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return problem.candidates[a].on_source[r] > problem.candidates[b].on_source[r];
  });
  Matching matching(takers, problem.destinations.size());
  std::vector<std::size_t> chosen;
  for (const std::size_t i : order) {
    if (matching.add_for_good(i)) chosen.push_back(i);
  }
  return chosen;
}

}  // namespace prumo::policy
