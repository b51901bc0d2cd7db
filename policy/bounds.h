#pragma once
// What the items from one on can still do, looked up in constant time: how much they relieve at
// most, and what completing a set with them costs at least. Tables for sets of one size, or of any.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/items.h"
#include "policy/relaxation.h"

namespace prumo::policy {

class Bounds {
 public:
  /// For sets of `size` items; kAnySize: of any number.
  Bounds(const std::vector<Item>&, std::size_t size, const Amounts& weights, const Prices&);

  /// False: no `left` of the items from `first` on relieve the source of `need`.
  [[nodiscard]] bool can_relieve(const Amounts& need, std::size_t first, std::size_t left) const {
    const Most& most = most_[first * columns_ + column(left)];
    return need[0] <= most.each[0] && need[1] <= most.each[1] && need[2] <= most.each[2] &&
           weigh(weights_, need) <= most.weighed;
  }
  /// Every set that holds items of `cost` and relieves `need` with `left` of those from `first` on
  /// costs at least so much.
  [[nodiscard]] std::int64_t least_cost(std::int64_t cost, const Amounts& need, std::size_t first,
                                        std::size_t left) const {
    const std::int64_t priced = weigh(prices_.of, need) + lowest_[first * columns_ + column(left)];
    // Of a cost in whole millionths, a fraction more is one more.
    const std::int64_t more = (priced + (std::int64_t{1} << prices_.shift) - 1) >> prices_.shift;
    return cost + more;
  }

 private:
  struct Most {
    Amounts each{};
    std::int64_t weighed = 0;
  };
  [[nodiscard]] std::size_t column(std::size_t left) const { return size_ == kAnySize ? 0 : left; }
  void fill_any(const std::vector<Item>&);
  void fill_sized(const std::vector<Item>&);

  std::size_t size_;
  std::size_t columns_;
  Amounts weights_;
  Prices prices_;
  std::vector<Most> most_;            ///< by first item, then by how many are left to take
  std::vector<std::int64_t> lowest_;  ///< likewise: the least sum of costs less what they are worth
};

}  // namespace prumo::policy
