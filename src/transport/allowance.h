#pragma once
// How much one sender may send before the rest is dropped: a token bucket, kept as the moment up to
// which it has used its share. What is sent costs time; who is further ahead than the burst has
// sent too much.

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace prumo::transport {

class Allowance {
 public:
  using Clock = std::chrono::steady_clock;
  struct Price {
    std::chrono::nanoseconds a_frame;
    std::chrono::nanoseconds a_byte;
    std::chrono::nanoseconds burst;  ///< worth of what may come at once
  };

  /// False: more than the price allows; nothing is charged then.
  [[nodiscard]] bool take(const Price& price, std::size_t bytes, Clock::time_point now) {
    const auto cost =
        price.a_frame + static_cast<std::chrono::nanoseconds::rep>(bytes) * price.a_byte;
    const Clock::time_point used = std::max(used_, now) + cost;
    if (used - now > price.burst) return false;
    used_ = used;
    return true;
  }

 private:
  Clock::time_point used_{};
};

}  // namespace prumo::transport
