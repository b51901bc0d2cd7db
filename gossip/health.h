#pragma once
// Lifeguard's local health: whether this peer itself is the slow one. Signs of it (a pause, an
// accusation against oneself, helpers that send no Nack) raise the score, probes that succeed lower
// it; probe timeouts and periods are multiplied by score + 1, so that a sick peer accuses others
// less.

#include <algorithm>
#include <cstdint>

namespace prumo::gossip {

class LocalHealth {
 public:
  static constexpr std::uint32_t kWorst = 8;

  void worse(std::uint32_t by = 1) { score_ = std::min(kWorst, score_ + std::min(by, kWorst)); }
  void better() { score_ -= score_ > 0 ? 1 : 0; }
  /// 1 when healthy, up to 9.
  [[nodiscard]] std::uint32_t multiplier() const { return score_ + 1; }

 private:
  std::uint32_t score_ = 0;
};

}  // namespace prumo::gossip
