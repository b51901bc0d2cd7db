#include "policy/smoothing.h"

namespace prumo::policy {

const Resources& Smoother::step(const Resources& sample) {
  for (const Resource r : kResources) {
    value_[r] = samples_ == 0 ? sample[r] : mu_ * sample[r] + (1 - mu_) * value_[r];
  }
  ++samples_;
  return value_;
}

std::uint32_t settle_samples(double mu) {
  constexpr std::uint32_t kMost = 10'000;
  // At mu 0.9 exactly a tenth is missing after one sample; the slack keeps rounding from asking for
  // two.
  constexpr double kMissing = 0.1 + 1e-9;
  double missing = 1 - mu;
  std::uint32_t samples = 1;
  for (; missing > kMissing && samples < kMost; ++samples) missing *= 1 - mu;
  return samples;
}

}  // namespace prumo::policy
