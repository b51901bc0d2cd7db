#include "election/parameters.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace prumo::election {
namespace {

constexpr std::size_t kScaledAbove = 200;
constexpr Duration kHeartbeatPerMember = 1ms;
constexpr Duration kHearsPerMember = 250ms;
constexpr double kHeardInOneWindow = 12;  ///< members, at three gossip periods a window
constexpr Duration kShortestHeartbeat = 10ms;

Duration times(Duration d, double factor) {
  return Duration(std::llround(static_cast<double>(d.count()) * factor));
}

}  // namespace

Parameters fast() {
  Parameters p;
  p.heartbeat = 100ms;
  p.lease = 540ms;
  p.promise = 600ms;
  p.stagger = 60ms;
  p.ok_wait = 90ms;
  p.claim_retry = 40ms;
  p.claim_timeout = 480ms;
  return p;
}

Parameters scaled(const Parameters& p, std::size_t members) {
  Parameters out = p;
  const auto count = static_cast<Duration::rep>(members);
  const double windows = std::max(1.0, static_cast<double>(members) / kHeardInOneWindow);
  out.hears_window = std::max(count * kHearsPerMember, times(p.hears_window, windows));
  const Duration least = count * kHeartbeatPerMember;
  if (members <= kScaledAbove || p.heartbeat >= least) return out;
  const double factor = seconds(least) / seconds(p.heartbeat);
  out.heartbeat = least;
  for (Duration* d : {&out.lease, &out.promise, &out.stagger, &out.ok_wait, &out.claim_retry,
                      &out.claim_timeout}) {
    *d = times(*d, factor);
  }
  return out;
}

std::string contradiction(const Parameters& p) {
  struct Rule {
    bool holds;
    const char* text;
  };
  const bool drift_ok = p.drift >= 0 && p.drift <= 0.5;  // false for NaN as well
  const std::array rules{
      Rule{p.heartbeat >= kShortestHeartbeat, "heartbeat must be at least 10 ms"},
      Rule{p.lease > 2 * p.heartbeat, "lease must be longer than two heartbeats"},
      Rule{drift_ok, "drift must be between 0 and 0.5"},
      Rule{drift_ok && p.promise >= times(p.lease, 1 + p.drift),
           "promise must be at least lease x (1 + drift)"},
      Rule{p.stagger > Duration(0) && p.stagger <= p.promise,
           "stagger must be above 0 and at most the promise"},
      Rule{p.ok_wait > Duration(0) && p.ok_wait <= p.promise,
           "ok_wait must be above 0 and at most the promise"},
      Rule{p.claim_retry > Duration(0) && p.claim_retry < p.claim_timeout,
           "claim_retry must be above 0 and below claim_timeout"},
      Rule{p.claim_timeout < p.lease, "claim_timeout must be below the lease"},
      Rule{p.takeover_delay >= p.promise, "takeover_delay must be at least the promise"},
      Rule{p.takeover_most >= p.takeover_delay, "takeover_most must be at least takeover_delay"},
      Rule{p.hears_window > p.promise, "hears_window must be longer than the promise"},
  };
  const auto broken =
      std::find_if(rules.begin(), rules.end(), [](const Rule& r) { return !r.holds; });
  return broken == rules.end() ? std::string() : std::string(broken->text);
}

}  // namespace prumo::election
