#pragma once
// A token bucket of bytes: fills at a rate, holds one second's worth. Counted in millionths of a
// byte, so that no microsecond is lost to rounding.

#include <algorithm>
#include <cstdint>

#include "src/core/time.h"

namespace prumo::gossip {

class ByteBudget {
 public:
  /// Begins full. Requires: bytes_per_s > 0.
  ByteBudget(std::uint32_t bytes_per_s, Instant now) : rate_(bytes_per_s), at_(now) {
    level_ = full();
  }

  /// Whole bytes that may be spent now; what is longer than the bucket may go when it is full, and
  /// the debt is filled up first.
  [[nodiscard]] std::int64_t available(Instant now) const { return level_at(now) / kMicro; }
  [[nodiscard]] bool affords(std::int64_t bytes, Instant now) const {
    return level_at(now) >= need(bytes);
  }
  /// From when on `bytes` may be spent.
  [[nodiscard]] Instant affords_at(std::int64_t bytes) const {
    const std::int64_t missing = need(bytes) - level_;
    return missing <= 0 ? at_ : at_ + Duration{(missing + rate_ - 1) / rate_};
  }
  /// Requires: affords(bytes, now).
  void spend(std::int64_t bytes, Instant now) {
    level_ = level_at(now) - bytes * kMicro;
    at_ = now;
  }

 private:
  static constexpr std::int64_t kMicro = 1'000'000;

  [[nodiscard]] std::int64_t full() const { return rate_ * kMicro; }
  [[nodiscard]] std::int64_t need(std::int64_t bytes) const {
    return std::min(bytes * kMicro, full());
  }
  [[nodiscard]] std::int64_t level_at(Instant now) const {
    // Debt is at most one message, so an hour fills any bucket, and the product can't overflow.
    const Duration passed = std::clamp<Duration>(now - at_, Duration{0}, 1h);
    return std::min(full(), level_ + passed.count() * rate_);
  }

  std::int64_t rate_;
  Instant at_;
  std::int64_t level_ = 0;
};

}  // namespace prumo::gossip
