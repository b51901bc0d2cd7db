#include "tests/simulation/checks/duplicate_checker.h"

#include <algorithm>

namespace prumo::simulation {

DuplicateChecker::DuplicateChecker(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster), verdict_(verdict), heard_(cluster.members()) {
  // A digest and a probe each period, to one of the others: so long that each has surely spoken
  // often.
  const gossip::Parameters& gossip = cluster.scenario().promised.gossip;
  const Duration often =
      (gossip.gossip_period + gossip.probe_period) * static_cast<int>(10 + cluster.members());
  soon_ = 20s + often;
  late_ = Duplicates::kLatest + often;
}

void DuplicateChecker::daemon_started(std::size_t) {
  // What it has heard before is forgotten, or it is a run that nobody has heard yet.
  std::fill(heard_.begin(), heard_.end(), Heard{});
}

bool DuplicateChecker::hears(std::size_t host, std::size_t other) const {
  const Machine& machine = cluster_.machine(other);
  return machine.peer() != nullptr && !machine.stopped() && !machine.disk().bad() &&
         cluster_.network().open(other, host) &&
         machine.members().find(cluster_.id(host)) != nullptr &&
         cluster_.machine(host).members().find(cluster_.id(other)) != nullptr;
}

bool DuplicateChecker::bars(std::size_t host) const {
  const auto& barred = cluster_.machine(host).peer()->durable().barred;
  const HostId& id = cluster_.id(cluster_.scenario().clone->of);
  return std::find(barred.begin(), barred.end(), id) != barred.end();
}

void DuplicateChecker::look() {
  const std::optional<Clone>& clone = cluster_.scenario().clone;
  if (!clone || clone->reached == Clone::Reached::kContested) return;
  for (std::size_t i = 0; i < cluster_.members(); ++i) {
    const Machine& machine = cluster_.machine(i);
    const bool must = i != clone->of && machine.peer() != nullptr && !machine.stopped() &&
                      hears(i, clone->of) && hears(i, cluster_.members()) && !bars(i);
    if (!must) {
      heard_[i] = {};
      continue;
    }
    Heard& heard = heard_[i];
    if (heard.since == TrueTime::max()) heard.since = cluster_.now();
    const std::size_t one = cluster_.network().led(i, clone->of);
    if (cluster_.network().open(i, one)) heard.reached[one == clone->of ? 0 : 1] += 1s;
    const Duration so_far = machine.clock().own(cluster_.now() - heard.since);
    const Duration each = machine.clock().own(std::min(heard.reached[0], heard.reached[1]));
    if (so_far > (each > soon_ / 2 ? soon_ : late_))
      verdict_.violated(4, cluster_.now(),
                        cluster_.name(i) + " has heard two hosts that are " +
                            cluster_.id(clone->of).value + " for long, and has not barred it");
  }
}

}  // namespace prumo::simulation
