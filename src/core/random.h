#pragma once
// The one source of randomness of the pure core: a seeded generator, handed in and copied as a
// value. Each module forks a stream of its own, so that one more draw here changes nothing there.

#include <cstdint>
#include <string_view>

#include "src/core/hash.h"

namespace prumo {

/// SplitMix64: 64 bits of state, equidistributed, good enough for picking peers and jitter. Not for
/// keys.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// Uniform in [0, n). Requires: n > 0. The bias is below n / 2^64.
  constexpr std::uint64_t below(std::uint64_t n) { return next() % n; }
  /// Uniform in [0, 1).
  constexpr double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  constexpr bool chance(double p) { return unit() < p; }

  /// An independent stream for `purpose`; this generator is not advanced.
  [[nodiscard]] constexpr Random fork(std::string_view purpose) const {
    return Random(Random(state_ ^ fnv1a_64(purpose)).next());
  }

 private:
  std::uint64_t state_;
};

}  // namespace prumo
