// The settings that the peers of a scenario run with.

#include <algorithm>
#include <cmath>

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/scenario_draws.h"

namespace prumo::simulation {

namespace {

/// Each order of magnitude as likely as another.
Duration draw_scaled(Random& random, Duration least, Duration most) {
  const double factor = std::pow(seconds(most) / seconds(least), random.unit());
  return std::min(most, Duration{static_cast<std::int64_t>(seconds(least) * factor * 1e6)});
}
Duration times(Duration length, double factor) {
  return Duration{static_cast<std::int64_t>(static_cast<double>(length.count()) * factor) + 1};
}

Parameters near_defaults(Random random) {
  Parameters parameters;
  if (random.chance(0.6)) {
    parameters.relief.sample_interval = draw(random, 500ms, 2s);
    parameters.relief.cooldown = draw(random, 15s, 60s);
    parameters.relief.backoff_most = 15s;
  }
  if (random.chance(0.2)) parameters.election = election::fast();
  if (random.chance(0.9)) {
    parameters.election.takeover_delay = draw(random, 1s, 5s);
    parameters.election.takeover_most = 15s;
  }
  if (random.chance(0.1)) parameters.policy.allow_partial = true;
  return parameters;
}

/// A heartbeat below 50 ms and a lease of fewer than two and a half would be lost to the pauses of
/// healthy processes.
void widen(Random random, election::Parameters& p) {
  p.drift = draw(random, 0.1, 0.3);
  p.heartbeat = draw_scaled(random, 50ms, 1s);
  p.lease = times(p.heartbeat, draw(random, 3.0, 6.0)) + 50ms;
  p.promise = times(p.lease, (1 + p.drift) * draw(random, 1.0, 1.5));
  p.stagger = draw(random, 50ms, std::min<Duration>(p.promise, 1s));
  p.ok_wait = draw(random, 50ms, std::min<Duration>(p.promise, 1s));
  p.claim_timeout = times(p.lease, draw(random, 0.5, 0.9));
  p.claim_retry = times(p.claim_timeout, draw(random, 0.05, 0.5));
  p.takeover_delay = p.promise + draw_scaled(random, 100ms, 20s);
  p.takeover_most = times(p.takeover_delay, draw(random, 1.0, 3.0));
  p.hears_window = p.promise + draw_scaled(random, 1s, 10s);
}

void widen(Random random, gossip::Parameters& p) {
  p.gossip_period = draw_scaled(random, 100ms, 3s);
  p.fanout = static_cast<std::uint32_t>(1 + random.below(4));
  p.probe_period = draw_scaled(random, 200ms, 3s);
  p.probe_timeout = times(p.probe_period, draw(random, 0.3, 0.9));
  p.indirect = static_cast<std::uint32_t>(random.below(6));
  p.suspicion_periods = draw(random, 1.0, 8.0);
  p.suspicion_most = draw(random, 1.0, 8.0);
  p.rumour_batch = std::min(times(p.gossip_period, 0.9), draw_scaled(random, 10ms, 500ms));
  p.rumour_bytes_per_s = static_cast<std::uint32_t>(4'096 + random.below(60'000));
}

void widen(Random random, policy::Parameters& p) {
  p.mu = draw(random, 0.3, 0.95);
  p.overload = draw(random, 0.5, 1.0);
  p.target = p.overload * draw(random, 0.7, 0.99);
  p.alpha = draw(random, 0.0, 1.0);
  p.beta = 1 - p.alpha;
  p.work_limit = 1'000 + random.below(300'000);
  p.allow_partial = random.chance(0.2);
}

/// A grace below 3 s would be shorter than what libvirt may keep an order waiting.
void widen(Random random, Parameters& all) {
  ReliefParameters& p = all.relief;
  p.sample_interval = draw_scaled(random, 200ms, 6s);
  p.info_deadline = draw_scaled(random, 100ms, 2s);
  p.order_freshness = p.info_deadline * 2 + draw(random, 100ms, 5s);
  p.late_reserved = draw_scaled(random, 300ms, 8s);
  p.promised = p.order_freshness + p.late_reserved + draw(random, 0s, 10s);
  p.slot_ask = p.late_reserved + draw(random, 0s, 20s);
  p.slot_bound = std::max(p.slot_ask, Duration{90s}) + p.late_reserved + draw(random, 0s, 60s);
  p.settle = random.chance(0.5) ? Duration{0} : draw_scaled(random, 100ms, 30s);
  p.cooldown = effective_settle(all) + draw_scaled(random, 1ms, 2min);
  p.avoid = draw_scaled(random, 1s, 2min);
  p.avoid_most = times(p.avoid, draw(random, 1.0, 4.0));
  p.backoff = draw_scaled(random, 100ms, 5s);
  p.backoff_most = times(p.backoff, draw(random, 1.0, 8.0));
  p.report_interval = draw_scaled(random, 100ms, 5s);
  p.recovery_grace = draw_scaled(random, 3s, 20s);
  p.lost_after = p.sample_interval * 3 + draw(random, 12s, 40s);
  p.allow_defined = random.chance(0.3);
  p.strict = random.chance(0.2);
}

}  // namespace

Parameters draw_parameters(const Random& root) {
  Parameters parameters = near_defaults(root.fork("near"));
  Random wide = root.fork("wide");
  if (wide.chance(0.3)) widen(root.fork("election"), parameters.election);
  if (wide.chance(0.3)) widen(root.fork("gossip"), parameters.gossip);
  if (wide.chance(0.3)) widen(root.fork("policy"), parameters.policy);
  if (wide.chance(0.3)) widen(root.fork("relief"), parameters);
  // Drawn apart, they must still agree.
  parameters.relief.cooldown = std::max(parameters.relief.cooldown, effective_settle(parameters));
  parameters.election.hears_window =
      std::max(parameters.election.hears_window, 3 * parameters.gossip.gossip_period);
  return parameters;
}

}  // namespace prumo::simulation
