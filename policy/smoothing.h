#pragma once
// Exponential smoothing of the samples, so that a short peak moves nothing. [IME13 §5.1, §6]
//
//     N(0) = x(0)          N(i+1) = mu * x(i+1) + (1 - mu) * N(i)
//
// The newest sample weighs mu. Decisions use the smoothed values of source and destinations alike.

#include <cstdint>

#include "src/core/units.h"

namespace prumo::policy {

class Smoother {
 public:
  /// Requires: 0 < mu < 1.
  explicit Smoother(double mu) : mu_(mu) {}

  /// Takes one sample per sample interval, and returns the smoothed value. The first one is taken
  /// as it is.
  const Resources& step(const Resources& sample);

  /// The smoothed value; zero before the first sample.
  [[nodiscard]] const Resources& value() const { return value_; }
  /// Samples taken so far.
  [[nodiscard]] std::uint64_t samples() const { return samples_; }

 private:
  double mu_;
  Resources value_;
  std::uint64_t samples_ = 0;
};

/// Samples until 90 % of a step is in the smoothed value: 3 at mu 0.6. Between 1 and 10,000.
/// Requires: 0 < mu < 1.
[[nodiscard]] std::uint32_t settle_samples(double mu);

}  // namespace prumo::policy
