#include "tests/simulation/checks/duplicate_checker.h"

#include <algorithm>

namespace prumo::simulation {

DuplicateChecker::DuplicateChecker(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster), verdict_(verdict), since_(cluster.members(), TrueTime::max()) {
  const std::optional<Clone>& clone = cluster.scenario().clone;
  if (!clone) return;
  // A digest and a probe each period, to one of the others: so long that each has surely spoken
  // often. One that hears nothing does not raise its incarnation, and is told by the time alone.
  const gossip::Parameters& gossip = cluster.scenario().promised.gossip;
  const bool both_hear = clone->reached == Clone::Reached::kEither;
  bound_ = (both_hear ? Duration{20s} : Duplicates::kLatest) +
           (gossip.gossip_period + gossip.probe_period) * static_cast<int>(10 + cluster.members());
}

void DuplicateChecker::daemon_started(std::size_t) {
  // What it has heard before is forgotten, or it is a run that nobody has heard yet.
  std::fill(since_.begin(), since_.end(), TrueTime::max());
}

bool DuplicateChecker::hears(std::size_t host, std::size_t other) const {
  const Machine& machine = cluster_.machine(other);
  return machine.peer() != nullptr && !machine.stopped() && !machine.disk().bad() &&
         cluster_.network().open(other, host) &&
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
    if (!must)
      since_[i] = TrueTime::max();
    else if (since_[i] == TrueTime::max())
      since_[i] = cluster_.now();
    else if (machine.clock().own(cluster_.now() - since_[i]) > bound_)
      verdict_.violated(4, cluster_.now(),
                        cluster_.name(i) + " has heard two hosts that are " +
                            cluster_.id(clone->of).value + " for long, and has not barred it");
  }
}

}  // namespace prumo::simulation
