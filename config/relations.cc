#include "config/relations.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "config/duration.h"

namespace prumo::config {
namespace {

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

Duration times(Duration d, double factor) {
  return Duration(std::llround(static_cast<double>(d.count()) * factor));
}

/// `small`, made longer by `factor` and `plus`, must be at most (`strictly`: below) `large`.
struct Order {
  std::string small;
  Duration smaller;
  std::string large;
  Duration larger;
  bool strictly = false;
  double factor = 1;
  Duration plus{0};

  [[nodiscard]] bool holds() const {
    const Duration least = times(smaller, factor) + plus;
    return strictly ? least < larger : least <= larger;
  }
  [[nodiscard]] Contradiction broken() const {
    const Duration least = times(smaller, factor) + plus;
    const bool longer = (factor > 1 && factor < 2) || plus > Duration{0};
    std::string words = strictly || longer ? "must be below" : "must be at most";
    if (factor >= 2) words += factor >= 3 ? " a third of" : " half of";
    std::string cure = "raise " + last_part(large) + " to ";
    cure += strictly ? "more than " + to_text(least) : to_text(least) + " or more";
    return {small, large, words, cure + ", or lower " + last_part(small)};
  }
};

std::vector<Order> orders(const Config& c) {
  const election::Parameters& e = c.parameters.election;
  const gossip::Parameters& g = c.parameters.gossip;
  const ReliefParameters& r = c.parameters.relief;
  // What libvirt may take before a migration shows or fails: connecting (60 s) and its keepalive
  // (30 s).
  const bool libvirt = c.hypervisor.kind == HypervisorKind::kLibvirt;
  const Duration slowest = libvirt ? Duration(90s) : r.slot_ask;
  return {
      {"election.heartbeat", e.heartbeat, "election.lease", e.lease, true, 2},
      {"election.lease", e.lease, "election.promise", e.promise, false, 1 + e.drift},
      {"election.stagger", e.stagger, "election.promise", e.promise},
      {"election.ok_wait", e.ok_wait, "election.promise", e.promise},
      {"election.claim_retry", e.claim_retry, "election.claim_timeout", e.claim_timeout, true},
      {"election.claim_timeout", e.claim_timeout, "election.lease", e.lease, true},
      {"election.promise", e.promise, "election.takeover_delay", e.takeover_delay},
      {"election.takeover_delay", e.takeover_delay, "election.takeover_most", e.takeover_most},
      {"election.promise", e.promise, "election.hears_window", e.hears_window, true},
      // A follower hears most others by gossip alone; without a majority nobody takes over.
      {"gossip.period", g.gossip_period, "election.hears_window", e.hears_window, false, 3},
      {"gossip.probe_timeout", g.probe_timeout, "gossip.probe_period", g.probe_period, true},
      {"gossip.rumour_batch", g.rumour_batch, "gossip.period", g.gossip_period, true},
      {"relief.info_deadline", r.info_deadline, "relief.order_freshness", r.order_freshness, false,
       2},
      {"relief.late_reserved", r.late_reserved, "relief.slot_ask", r.slot_ask},
      {"relief.late_reserved", r.late_reserved, "relief.slot_bound", r.slot_bound, false, 1,
       slowest},
      {"relief.slot_bound", r.slot_bound, "relief.freed_memory", r.freed_memory},
      {"relief.order_freshness", r.order_freshness, "relief.promised", r.promised, false, 1,
       r.late_reserved},
      {"relief.settle", r.settle, "relief.cooldown", r.cooldown},
      {"relief.avoid", r.avoid, "relief.avoid_most", r.avoid_most},
      {"relief.backoff", r.backoff, "relief.backoff_most", r.backoff_most},
      {"relief.sample_interval", r.sample_interval, "relief.lost_after", r.lost_after, false, 3},
  };
}

}  // namespace

Contradiction contradiction(const Config& c) {
  const policy::Parameters& p = c.parameters.policy;
  if (!(p.target < p.overload))
    return {"policy.target", "policy.overload", "must be below",
            "keep a gap of about 0.05, or a relieved host asks again at once"};
  if (std::abs(p.alpha + p.beta - 1) > 1e-9)
    return {"policy.alpha", "policy.beta", "must make 1 together with",
            "they are weights: raise one by what you take from the other"};
  const policy::MigrationSettings& m = c.migration;
  if (!m.allow_post_copy && m.method == policy::MethodWish::kPostCopy)
    return {"migration.method", "migration.allow_post_copy", "contradicts",
            "set it true if you accept that a failure in mid-migration loses the VM"};
  if (!m.allow_post_copy && m.last_resort == policy::LastResort::kPostCopy)
    return {"migration.last_resort", "migration.allow_post_copy", "contradicts",
            "set it true if you accept that a failure in mid-migration loses the VM"};
  const std::vector<Order> all = orders(c);
  const auto broken =
      std::find_if(all.begin(), all.end(), [](const Order& order) { return !order.holds(); });
  return broken == all.end() ? Contradiction{} : broken->broken();
}

}  // namespace prumo::config
