#include "policy/bounds.h"

#include <algorithm>

namespace prumo::policy {
namespace {

/// The largest few values seen, and the sums of the one, two, … largest.
class Largest {
 public:
  explicit Largest(std::size_t most) : most_(most) {}
  void see(std::int64_t value) {
    if (values_.size() == most_) {
      if (value <= values_.back()) return;
      values_.pop_back();
    }
    values_.insert(std::upper_bound(values_.begin(), values_.end(), value, std::greater<>()),
                   value);
  }
  template <class Put>
  void sums(const Put& put) const {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < values_.size(); ++k) put(k + 1, sum += values_[k]);
    for (std::size_t k = values_.size(); k < most_; ++k) put(k + 1, sum);
  }

 private:
  std::size_t most_;
  std::vector<std::int64_t> values_;
};

}  // namespace

Bounds::Bounds(const std::vector<Item>& items, std::size_t size, const Amounts& weights,
               const Prices& prices)
    : size_(size),
      columns_(size == kAnySize ? 1 : size + 1),
      weights_(weights),
      prices_(prices),
      most_((items.size() + 1) * columns_),
      lowest_((items.size() + 1) * columns_, 0) {
  size == kAnySize ? fill_any(items) : fill_sized(items);
}

void Bounds::fill_any(const std::vector<Item>& items) {
  for (std::size_t i = items.size(); i-- > 0;) {
    const Item& item = items[i];
    most_[i] = most_[i + 1];
    for (std::size_t r = 0; r < item.relief.size(); ++r) most_[i].each[r] += item.relief[r];
    most_[i].weighed += weigh(weights_, item.relief);
    const std::int64_t loss = (item.cost << prices_.shift) - weigh(prices_.of, item.relief);
    lowest_[i] = lowest_[i + 1] + std::min<std::int64_t>(0, loss);
  }
}

void Bounds::fill_sized(const std::vector<Item>& items) {
  std::vector<Largest> each(kResources.size(), Largest(size_));
  Largest weighed(size_);
  Largest gain(size_);
  for (std::size_t i = items.size(); i-- > 0;) {
    const Item& item = items[i];
    Most* const most = &most_[i * columns_];
    for (std::size_t r = 0; r < each.size(); ++r) {
      each[r].see(item.relief[r]);
      each[r].sums([&](std::size_t k, std::int64_t sum) { most[k].each[r] = sum; });
    }
    weighed.see(weigh(weights_, item.relief));
    weighed.sums([&](std::size_t k, std::int64_t sum) { most[k].weighed = sum; });
    gain.see(weigh(prices_.of, item.relief) - (item.cost << prices_.shift));
    gain.sums([&](std::size_t k, std::int64_t sum) { lowest_[i * columns_ + k] = -sum; });
  }
}

}  // namespace prumo::policy
