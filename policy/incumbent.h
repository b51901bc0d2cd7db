#pragma once
// The best set known so far, and what a better one must not exceed.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/items.h"

namespace prumo::policy {

class Incumbent {
 public:
  /// `hosts`: number of destinations. Both references must outlive it.
  Incumbent(const std::vector<Item>& items, const Amounts& need, std::size_t hosts)
      : items_(items), need_(need), hosts_(hosts) {}

  /// Takes a set of items, ascending, if it is enough, has an assignment, and beats the one known;
  /// before, single VMs of it are exchanged for cheaper ones, and if `shrink`, left out, as far as
  /// that goes. An equally good set that comes first in the search's order may still replace it.
  /// Returns the cost of the best.
  std::int64_t offer(std::vector<std::size_t> set, bool shrink);
  /// Takes a set found in the search's order. Requires: admits(cost, its size).
  void take(std::vector<std::size_t> set, std::int64_t cost);

  /// Whether a set of so many VMs at that cost would be taken.
  [[nodiscard]] bool admits(std::int64_t cost, std::size_t size) const {
    return cost < cost_ || (cost == cost_ && size <= size_);
  }
  [[nodiscard]] std::int64_t cost() const { return cost_; }
  [[nodiscard]] const std::vector<std::size_t>& set() const { return set_; }

 private:
  [[nodiscard]] bool good(const std::vector<std::size_t>& set) const;
  void improve(std::vector<std::size_t>& set, bool shrink) const;

  const std::vector<Item>& items_;
  const Amounts& need_;
  std::size_t hosts_;
  std::vector<std::size_t> set_;
  std::int64_t cost_ = INT64_MAX;
  std::size_t size_ = SIZE_MAX;  ///< largest size that is admitted at this very cost
};

}  // namespace prumo::policy
