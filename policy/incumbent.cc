#include "policy/incumbent.h"

#include <algorithm>
#include <utility>

#include "policy/matching.h"

namespace prumo::policy {

namespace {

/// A VM is exchanged for one of so many before it, which keeps this short on hosts with very many.
constexpr std::size_t kTried = 256;

}  // namespace

bool Incumbent::good(const std::vector<std::size_t>& set) const {
  Amounts rest = need_;
  for (const std::size_t i : set) rest = less(rest, items_[i].relief);
  if (!satisfied(rest)) return false;
  std::vector<const Takers*> contended;
  for (const std::size_t i : set) {
    if (items_[i].takers->size() < set.size()) contended.push_back(items_[i].takers);
  }
  return contended.size() < 2 || assign(contended, hosts_).has_value();
}

void Incumbent::improve(std::vector<std::size_t>& set, bool shrink) const {
  // The dearest first; a set is short, and each exchange makes it cheaper, so this ends soon.
  for (std::size_t k = set.size(); k-- > 0;) {
    std::vector<std::size_t> tried = set;
    tried.erase(tried.begin() + static_cast<std::ptrdiff_t>(k));
    if (shrink && good(tried)) {
      set = std::move(tried);
      continue;
    }
    for (std::size_t j = set[k] > kTried ? set[k] - kTried : 0; j < set[k]; ++j) {
      if (std::binary_search(tried.begin(), tried.end(), j)) continue;
      std::vector<std::size_t> exchanged = tried;
      exchanged.insert(std::lower_bound(exchanged.begin(), exchanged.end(), j), j);
      if (!good(exchanged)) continue;
      set = std::move(exchanged);
      k = set.size();
      break;
    }
  }
}

std::int64_t Incumbent::offer(std::vector<std::size_t> set, bool shrink) {
  const auto cost_of = [this](const std::vector<std::size_t>& of) {
    std::int64_t cost = 0;
    for (const std::size_t i : of) cost += items_[i].cost;
    return cost;
  };
  // Far dearer sets are not worth the exchanges.
  if (set.empty() || (cost_ != INT64_MAX && cost_of(set) / 2 > cost_) || !good(set)) return cost_;
  improve(set, shrink);
  const std::int64_t cost = cost_of(set);
  if (std::pair(cost, set.size()) < std::pair(cost_, size_)) {
    cost_ = cost;
    size_ = set.size();
    set_ = std::move(set);
  }
  return cost_;
}

void Incumbent::take(std::vector<std::size_t> set, std::int64_t cost) {
  cost_ = cost;
  size_ = set.size() - 1;
  set_ = std::move(set);
}

}  // namespace prumo::policy
