#pragma once
// When each request is due: evenly spaced, counted from the first, so that no rounding adds up.

#include <cmath>
#include <cstdint>

#include "src/core/time.h"

namespace prumo::impact {

class Schedule {
 public:
  /// Requests a second, above 0.
  explicit Schedule(double rate) : rate_(rate) {}

  /// Of request `number`, which counts from 0.
  [[nodiscard]] Duration due(std::uint64_t number) const {
    return Duration(std::llround(static_cast<double>(number) * 1e6 / rate_));
  }
  [[nodiscard]] double rate() const { return rate_; }

 private:
  double rate_;
};

}  // namespace prumo::impact
