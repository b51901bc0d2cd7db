#include "gossip/parameters.h"

namespace prumo::gossip {

std::string check(const Parameters& p) {
  if (p.gossip_period < 100ms || p.gossip_period > 10s)
    return "gossip_period must be from 100 ms to 10 s";
  if (p.fanout < 1 || p.fanout > 8) return "fanout must be from 1 to 8";
  if (p.probe_period < 200ms || p.probe_period > 10s)
    return "probe_period must be from 200 ms to 10 s";
  if (p.probe_timeout < 20ms) return "probe_timeout must be at least 20 ms";
  if (p.probe_timeout >= p.probe_period)
    return "probe_timeout must be below probe_period, helpers need the rest of it";
  if (p.indirect > 10) return "indirect must be at most 10";
  // Negated, so that a value that is not a number is refused too.
  if (!(p.suspicion_periods >= 1 && p.suspicion_periods <= 20))
    return "suspicion_periods must be from 1 to 20";
  if (!(p.suspicion_most >= 1 && p.suspicion_most <= 20))
    return "suspicion_most must be from 1 to 20";
  if (p.rumour_batch < 10ms) return "rumour_batch must be at least 10 ms";
  if (p.rumour_batch >= p.gossip_period) return "rumour_batch must be below gossip_period";
  if (p.rumour_bytes_per_s < 4 * 1024 || p.rumour_bytes_per_s > 16 * 1024 * 1024)
    return "rumour_bytes_per_s must be from 4 KiB to 16 MiB";
  return {};
}

}  // namespace prumo::gossip
