#pragma once
// Time as the pure core sees it: a value that is handed in. Nobody in here asks a clock.

#include <chrono>
#include <compare>
#include <cstdint>

namespace prumo {

using Duration = std::chrono::microseconds;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

/// A moment on one host's own monotonic time line, counted from that host's boot.
/// Instants of different hosts, or of different boots, can't be compared.
struct Instant {
  Duration since_boot{0};

  auto operator<=>(const Instant&) const = default;
  static constexpr Instant never() { return Instant{Duration::max()}; }

  friend constexpr Instant operator+(Instant a, Duration b) {
    return a == never() ? a : Instant{a.since_boot + b};
  }
  friend constexpr Instant operator-(Instant a, Duration b) {
    return a == never() ? a : Instant{a.since_boot - b};
  }
  friend constexpr Duration operator-(Instant a, Instant b) { return a.since_boot - b.since_boot; }
};

[[nodiscard]] constexpr double seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }

}  // namespace prumo
