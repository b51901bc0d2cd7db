#include "src/peer/parameters.h"

#include "policy/smoothing.h"

namespace prumo {

Duration effective_settle(const Parameters& p) {
  if (p.relief.settle > Duration{0}) return p.relief.settle;
  return p.relief.sample_interval * policy::settle_samples(p.policy.mu);
}

std::string check(const Parameters& p) {
  if (std::string why = gossip::check(p.gossip); !why.empty()) return why;
  if (std::string why = election::contradiction(p.election); !why.empty()) return why;
  const ReliefParameters& r = p.relief;
  if (!(p.policy.mu > 0 && p.policy.mu < 1)) return "mu must lie between 0 and 1";
  if (!(p.policy.overload > 0 && p.policy.overload <= 1))
    return "overload must be above 0, at most 1";
  if (!(p.policy.target > 0 && p.policy.target < p.policy.overload)) {
    return "target must be above 0 and below overload, or a relieved host asks again at once";
  }
  if (p.policy.hold < 1 || p.policy.hold > 100) return "hold must be 1 to 100 samples";
  if (!(p.policy.vm_mu >= 0 && p.policy.vm_mu < 1)) return "vm_mu must be at least 0 and below 1";
  if (!(p.policy.min_gain >= 0 && p.policy.min_gain <= 0.5)) return "min_gain must be 0 to 0.5";
  if (!(r.reserve >= 0 && r.reserve <= 0.5)) return "reserve must be 0 to 0.5";
  if (r.sample_interval < 100ms || r.sample_interval > 60s) {
    return "sample_interval must be 100 ms to 60 s";
  }
  if (r.info_deadline <= Duration{0} || r.info_deadline * 2 > r.order_freshness) {
    return "info_deadline must be above 0 and at most half of order_freshness, or orders come too "
           "late";
  }
  if (r.late_reserved <= Duration{0} || r.slot_ask < r.late_reserved) {
    return "slot_ask must be at least late_reserved: earlier, the source has not decided yet";
  }
  if (r.slot_bound < r.slot_ask + r.late_reserved) {
    return "slot_bound must be at least slot_ask + late_reserved";
  }
  if (r.freed_memory < r.slot_bound) {
    return "freed_memory must be at least slot_bound, or what hangs in connecting outlasts it";
  }
  if (r.promised < r.order_freshness + r.late_reserved) {
    return "promised must be at least order_freshness + late_reserved, or a destination is ordered "
           "twice";
  }
  if (r.settle < Duration{0}) return "settle must not be negative";
  if (r.cooldown < effective_settle(p)) return "cooldown must be at least settle";
  if (r.avoid <= Duration{0} || r.avoid_most < r.avoid)
    return "avoid must be above 0, at most avoid_most";
  if (r.backoff <= Duration{0} || r.backoff_most < r.backoff) {
    return "backoff must be above 0, at most backoff_most";
  }
  if (r.report_interval <= Duration{0}) return "report_interval must be above 0";
  if (r.recovery_grace <= Duration{0}) return "recovery_grace must be above 0";
  if (r.lost_after < 3 * r.sample_interval) {
    return "lost_after must be at least 3 sample intervals, or nothing can be seen in time";
  }
  return {};
}

}  // namespace prumo
