#include "policy/search.h"

#include <algorithm>
#include <utility>

#include "policy/bounds.h"
#include "policy/cost.h"
#include "policy/greedy.h"
#include "policy/incumbent.h"
#include "policy/items.h"
#include "policy/matching.h"
#include "policy/reach.h"
#include "policy/relaxation.h"

namespace prumo::policy {
namespace {

/// Hosts that the matching looks at, and cells of tables, in about the time of one node.
constexpr std::uint64_t kLooksPerNode = 32;
/// Of the relaxations, each of which looks at every item.
constexpr std::size_t kStepsPerItem = 100;

/// The depth-first part, for sets of one size or of any. `items` are those that may still be in it.
class Dive {
 public:
  struct Sets {
    std::size_t size = kAnySize;
    std::size_t largest = 0;  ///< no set is larger
  };
  Dive(const std::vector<Item>& items, Sets sets, const Problem& p, const Bounds& bounds,
       Incumbent& best, std::uint64_t limit)
      : items_(items),
        sets_(sets),
        bounds_(bounds),
        best_(best),
        limit_(limit),
        takers_(takers_of(items)),
        matching_(takers_, p.destinations.size()),
        taken_(p.candidates.size(), false) {}

  void run(const Amounts& need) { visit(0, need, 0); }

  [[nodiscard]] bool limit_reached() const { return limit_reached_; }
  [[nodiscard]] std::uint64_t work() const { return nodes_ + matching_.work() / kLooksPerNode; }

 private:
  static std::vector<const Takers*> takers_of(const std::vector<Item>& items) {
    std::vector<const Takers*> takers;
    for (const Item& item : items) takers.push_back(item.takers);
    return takers;
  }

  [[nodiscard]] bool better_left_out(const Item& item) const {
    return std::any_of(item.preferred.begin(), item.preferred.end(),
                       [this](std::size_t position) { return !taken_[position]; });
  }

  /// Completes the set in `path_`, which costs `cost`, with items from `first` on.
  void visit(std::size_t first, const Amounts& need, std::int64_t cost) {
    const std::size_t left = sets_.largest - path_.size();
    const std::size_t at_least = sets_.size == kAnySize ? 1 : left;
    for (std::size_t i = first; i + at_least <= items_.size() && !limit_reached_; ++i) {
      const Item& item = items_[i];
      // All that follow are dearer and have less to offer: what stops one stops the rest.
      const std::int64_t bound =
          std::max(bounds_.least_cost(cost, need, i, left), cost + item.cost);
      if (!best_.admits(bound, path_.size() + at_least)) break;
      if (!bounds_.can_relieve(need, i, left)) break;
      ++nodes_;
      if (work() >= limit_) {
        limit_reached_ = true;
        break;
      }
      const Amounts rest = less(need, item.relief);
      const bool done = satisfied(rest);
      if (!done && (left == 1 || !bounds_.can_relieve(rest, i + 1, left - 1))) continue;
      if (better_left_out(item)) continue;
      const bool contended = item.takers->size() < sets_.largest;
      if (contended && !matching_.add(i)) continue;
      path_.push_back(item.index);
      taken_[item.position] = true;
      if (!done) {
        visit(i + 1, rest, cost + item.cost);
      } else if (best_.admits(cost + item.cost, path_.size())) {
        best_.take(path_, cost + item.cost);
      }
      taken_[item.position] = false;
      path_.pop_back();
      if (contended) matching_.remove(i);
    }
  }

  const std::vector<Item>& items_;
  Sets sets_;
  const Bounds& bounds_;
  Incumbent& best_;
  std::uint64_t limit_;
  std::vector<const Takers*> takers_;
  Matching matching_;
  std::vector<bool> taken_;  ///< by position in Problem::candidates
  std::vector<std::size_t> path_;
  std::uint64_t nodes_ = 0;
  bool limit_reached_ = false;
};

class Search {
 public:
  Search(const Problem& p, std::uint64_t limit)
      : problem_(p), limit_(limit), need_(needed(p)), items_(items_of(p, need_)) {}

  SearchResult run(Objective objective) {
    if (problem_.utilisation[worst_of(problem_.utilisation)] >= kBeyond) return {};
    if (objective == Objective::kLeastCost) {
      find_any();
    } else if (!find_single()) {
      find_smallest();
    }
    if (limit_reached_ && best_.empty()) guess();
    SearchResult result;
    for (const std::size_t i : best_) result.chosen.push_back(items_[i].position);
    result.nodes = work_;
    result.limit_reached = limit_reached_;
    return result;
  }

 private:
  /// Single VMs are nearly always the answer, and need no preparation.
  bool find_single() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      ++work_;
      if (!satisfied(less(need_, items_[i].relief))) continue;
      best_ = {i};
      return true;
    }
    return false;
  }

  void find_smallest() {
    const Reach reach = reach_of(problem_, items_, need_);
    note_preferred(items_, reach.largest);
    for (std::size_t size = std::max<std::size_t>(2, reach.smallest);
         size <= reach.largest && best_.empty() && !limit_reached_; ++size) {
      find({size, size}, reach);
    }
  }

  void find_any() {
    const Reach reach = reach_of(problem_, items_, need_);
    if (reach.largest == 0) return;
    note_preferred(items_, reach.largest);
    find({kAnySize, reach.largest}, reach);
  }

  /// A set found without search: improved from a greedy one.
  void guess() {
    Incumbent best(items_, need_, problem_.destinations.size());
    const std::vector<std::size_t> set = greedy_set(items_, need_, problem_);
    best.offer(set, true);
    if (!best.set().empty()) {
      // Only the sets met on the way to the prices are wanted.
      static_cast<void>(prices_of(
          items_, need_, best.set().size(),
          [&](std::vector<std::size_t> other) { return best.offer(std::move(other), false); }));
    }
    best_ = best.set();
  }

  void find(Dive::Sets sets, const Reach& reach) {
    Incumbent best(items_, need_, problem_.destinations.size());
    const bool any = sets.size == kAnySize;
    const Offer offer = [&](std::vector<std::size_t> set) {
      return best.offer(std::move(set), any);
    };
    work_ += items_.size() * (kStepsPerItem + 6 * sets.size) / kLooksPerNode;
    if (work_ >= limit_) {
      limit_reached_ = true;
      return;
    }
    if (any) offer(reach.example);
    const Amounts weights = any ? reach.weights : weights_of(items_, need_, sets.size, offer);
    if (!any && hopeless(items_, need_, sets.size, weights)) return;
    const Prices prices = prices_of(items_, need_, sets.size, offer);
    const std::vector<Item> kept =
        within_reach(items_, need_, sets.size, weights, prices, best.cost());
    const Bounds bounds(kept, sets.size, weights, prices);
    const std::uint64_t spare = limit_ > work_ ? limit_ - work_ : 1;
    Dive dive(kept, sets, problem_, bounds, best, spare);
    dive.run(need_);
    work_ += dive.work();
    limit_reached_ = dive.limit_reached();
    best_ = best.set();
  }

  const Problem& problem_;
  std::uint64_t limit_;
  Amounts need_;
  std::vector<Item> items_;  ///< ascending cost
  std::vector<std::size_t> best_;
  std::uint64_t work_ = 0;
  bool limit_reached_ = false;
};

}  // namespace

SearchResult search(const Problem& problem, Objective objective, std::uint64_t work_limit) {
  return Search(problem, work_limit).run(objective);
}

}  // namespace prumo::policy
