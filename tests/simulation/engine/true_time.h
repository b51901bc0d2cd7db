#pragma once
// Two kinds of time. True time is the simulator's own, counted from the start of the run; no peer
// sees it. A host's clock starts at 0 with each boot and runs at a rate of its own.

#include <cstdint>

#include "src/core/time.h"

namespace prumo::simulation {

/// A moment of true time, counted from the start of the run; negative before it.
using TrueTime = Duration;

class HostClock {
 public:
  /// `rate_ppm`: local microseconds per true second; 1'000'000 is exact. Fixed for the life of the
  /// host.
  explicit HostClock(std::int64_t rate_ppm) : rate_ppm_(rate_ppm) {}

  void boot(TrueTime at) { booted_ = at; }
  [[nodiscard]] Instant local(TrueTime at) const { return Instant{own(at - booted_)}; }
  /// The first true moment at which this clock shows at least `local`.
  [[nodiscard]] TrueTime when(Instant local) const {
    if (local == Instant::never()) return TrueTime::max();
    const std::int64_t shown = local.since_boot.count();
    if (shown > kFarthest) return TrueTime::max();
    return booted_ + TrueTime{(shown * kExact + rate_ppm_ - 1) / rate_ppm_};
  }
  /// A true length as this clock measures it, rounded down.
  [[nodiscard]] Duration own(Duration length) const {
    return Duration{length.count() * rate_ppm_ / kExact};
  }

 private:
  static constexpr std::int64_t kExact = 1'000'000;
  static constexpr std::int64_t kFarthest = std::int64_t{1} << 42;  ///< 50 days: no overflow below
  std::int64_t rate_ppm_;
  TrueTime booted_{0};
};

}  // namespace prumo::simulation
