#include "policy/relaxation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace prumo::policy {
namespace {

constexpr int kWeightSteps = 24;
constexpr int kPriceSteps = 60;

using Shares = std::array<double, kResources.size()>;

/// The items with their relief as share of the need, so that resources compare.
class Relaxed {
 public:
  Relaxed(const std::vector<Item>& items, const Amounts& need, std::size_t size)
      : need_(need), size_(size), order_(items.size()), score_(items.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    for (const Item& item : items) {
      Shares share{};
      for (std::size_t r = 0; r < share.size(); ++r) {
        if (need[r] > 0) {
          share[r] = static_cast<double>(item.relief[r]) / static_cast<double>(need[r]);
        }
      }
      share_.push_back(share);
      cost_.push_back(static_cast<double>(item.cost));
    }
  }

  /// Picks the items of the lowest scores: `size` of them, or all below zero. Returns their sum.
  double pick() {
    const auto lower = [this](std::size_t a, std::size_t b) {
      return score_[a] != score_[b] ? score_[a] < score_[b] : a < b;
    };
    if (size_ == kAnySize) {
      picked_ =
          static_cast<std::size_t>(std::partition(order_.begin(), order_.end(),
                                                  [this](std::size_t i) { return score_[i] < 0; }) -
                                   order_.begin());
    } else {
      picked_ = size_;
      if (size_ < order_.size()) {
        std::nth_element(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(size_),
                         order_.end(), lower);
      }
    }
    std::sort(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(picked_));
    double sum = 0;
    for (std::size_t k = 0; k < picked_; ++k) sum += score_[order_[k]];
    return sum;
  }

  /// What the picked relieve beyond the need, as share of it; negative: they fall short.
  [[nodiscard]] Shares beyond() const {
    Shares slack{};
    for (std::size_t r = 0; r < slack.size(); ++r) {
      if (need_[r] <= 0) continue;
      slack[r] = -1;
      for (std::size_t k = 0; k < picked_; ++k) slack[r] += share_[order_[k]][r];
    }
    return slack;
  }

  [[nodiscard]] std::vector<std::size_t> picked() const {
    return {order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(picked_)};
  }

  template <class Score>
  void score(const Score& of) {
    for (std::size_t i = 0; i < score_.size(); ++i) score_[i] = of(cost_[i], share_[i]);
  }

  [[nodiscard]] bool matters(std::size_t r) const { return need_[r] > 0; }

 private:
  const Amounts& need_;
  std::size_t size_;
  std::vector<Shares> share_;
  std::vector<double> cost_;
  std::vector<std::size_t> order_;
  std::vector<double> score_;
  std::size_t picked_ = 0;
};

double dot(const Shares& a, const Shares& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

bool enough(const Shares& slack) { return *std::min_element(slack.begin(), slack.end()) >= 0; }

Amounts whole(const Shares& per_need, const Amounts& need, double scale, double most) {
  Amounts out{};
  for (std::size_t r = 0; r < out.size(); ++r) {
    if (need[r] <= 0) continue;
    const double per_millionth = per_need[r] * scale / static_cast<double>(need[r]);
    out[r] = std::llround(std::min(per_millionth, most / static_cast<double>(need[r])));
  }
  return out;
}

}  // namespace

Amounts weights_of(const std::vector<Item>& items, const Amounts& need, std::size_t size,
                   const Offer& offer) {
  Relaxed relaxed(items, need, size);
  Shares weight{};
  double resources = 0;
  for (std::size_t r = 0; r < weight.size(); ++r) resources += relaxed.matters(r) ? 1 : 0;
  for (std::size_t r = 0; r < weight.size(); ++r) {
    weight[r] = relaxed.matters(r) ? 1 / resources : 0;
  }
  Shares best = weight;
  double least = 1e300;
  for (int step = 1; step <= kWeightSteps; ++step) {
    relaxed.score([&](double, const Shares& share) { return -dot(weight, share); });
    relaxed.pick();
    const Shares slack = relaxed.beyond();
    if (enough(slack)) {
      offer(relaxed.picked());
      break;
    }
    const double shortness = dot(weight, slack);
    if (shortness < least) {
      least = shortness;
      best = weight;
    }
    if (shortness < 0) break;
    double sum = 0;
    for (std::size_t r = 0; r < weight.size(); ++r) {
      weight[r] = std::max(0.0, weight[r] - 0.5 / std::sqrt(step) * slack[r]);
      sum += weight[r];
    }
    if (!(sum > 0)) break;
    for (double& w : weight) w /= sum;
  }
  constexpr double kScale = 1 << 30;
  return whole(best, need, kScale, 4 * kScale);
}

Prices prices_of(const std::vector<Item>& items, const Amounts& need, std::size_t size,
                 const Offer& offer) {
  Relaxed relaxed(items, need, size);
  double total = 0;
  for (const Item& item : items) total += static_cast<double>(item.cost);
  std::int64_t known = offer({});
  Shares price{};
  Shares best{};
  double highest = -1e300;
  double length = 1.5;
  int since = 0;
  for (int step = 0; step < kPriceSteps; ++step) {
    relaxed.score([&](double cost, const Shares& share) { return cost - dot(price, share); });
    const double bound = relaxed.pick() + price[0] + price[1] + price[2];
    const Shares slack = relaxed.beyond();
    if (enough(slack)) known = offer(relaxed.picked());
    if (bound > highest) {
      highest = bound;
      best = price;
      since = 0;
    } else if (++since == 4) {
      length /= 2;
      since = 0;
    }
    const double above = known == INT64_MAX ? total : static_cast<double>(known);
    double norm = 0;
    for (std::size_t r = 0; r < price.size(); ++r) {
      if (slack[r] < 0 || price[r] > 0) norm += slack[r] * slack[r];
    }
    if (above - highest < 1 || !(norm > 0)) break;
    const double stride = length * (above - bound) / norm;
    for (std::size_t r = 0; r < price.size(); ++r) {
      price[r] = std::max(0.0, price[r] - stride * slack[r]);
    }
  }
  Prices prices;
  // Sums over a hundred thousand VMs still fit.
  constexpr double kRoom = 1LL << 43;
  while (prices.shift < 16 && total * std::ldexp(1.0, prices.shift + 1) < kRoom) ++prices.shift;
  prices.of = whole(best, need, std::ldexp(1.0, prices.shift), kRoom);
  return prices;
}

}  // namespace prumo::policy
