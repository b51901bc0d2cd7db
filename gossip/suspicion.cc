#include "gossip/suspicion.h"

#include <cmath>

namespace prumo::gossip {
namespace {

constexpr std::size_t kConfirmations = 2;

Duration times(Duration d, double factor) {
  return Duration{std::llround(static_cast<double>(d.count()) * factor)};
}

}  // namespace

std::uint32_t confirmations_expected(std::size_t members) {
  return static_cast<std::uint32_t>(members < 2 ? 0 : std::min(kConfirmations, members - 2));
}

Duration suspicion_least(const Parameters& p, std::size_t members) {
  const double scale =
      std::max(1.0, std::log10(static_cast<double>(std::max<std::size_t>(1, members))));
  return times(p.probe_period, p.suspicion_periods * scale);
}

Duration suspicion_timeout(Duration least, Duration most, std::uint32_t confirmations,
                           std::uint32_t expected) {
  if (expected == 0 || confirmations >= expected) return least;
  const double done = std::log(confirmations + 1.0) / std::log(expected + 1.0);
  return std::max(least, most - times(most - least, done));
}

bool Suspicion::confirm(const HostId& accuser, std::size_t members) {
  if (accusers_.size() > confirmations_expected(members)) return false;
  return accusers_.insert(accuser).second;
}

Instant Suspicion::ends(const Parameters& p, std::size_t members) const {
  const Duration least = suspicion_least(p, members);
  const auto confirmations = static_cast<std::uint32_t>(accusers_.size() - 1);
  const Duration timeout = suspicion_timeout(least, times(least, p.suspicion_most), confirmations,
                                             confirmations_expected(members));
  return std::max(started_ + timeout, not_before_);
}

void Suspicion::postpone(Instant until) {
  if (postponed_ == kPostponedMost) return;
  ++postponed_;
  not_before_ = until;
}

}  // namespace prumo::gossip
