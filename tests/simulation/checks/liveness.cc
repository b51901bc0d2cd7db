#include "tests/simulation/checks/liveness.h"

#include "policy/smoothing.h"

namespace prumo::simulation {

Liveness::Liveness(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster), verdict_(verdict) {}

void Liveness::handed_over(const MigrationFacts& facts) {
  const Parameters& parameters = cluster_.scenario().promised;
  const Duration shown =
      parameters.relief.sample_interval * (policy::settle_samples(parameters.policy.mu) + 2);
  // A host that takes in one VM after another before the first has shown in its load may well have
  // to send some back.
  if (effective_settle(parameters) < shown - 2 * parameters.relief.sample_interval) return;
  if (!mended_ || !facts.op || cluster_.now() - started_ < shown) return;
  std::set<std::size_t>& left = left_[facts.vm];
  if (left.contains(facts.to))
    verdict_.violated(8, cluster_.now(),
                      facts.vm.value + " goes back to " + cluster_.name(facts.to) +
                          " though no load has changed");
  left.insert(facts.from);
}

void Liveness::running(const VmId&, std::size_t, Begins how) {
  if (how == Begins::kOrdered || how == Begins::kBoots) started_ = cluster_.now();
}

std::optional<std::string> Liveness::unwell() const {
  for (std::size_t i = 0; i < cluster_.members(); ++i)
    if (cluster_.machine(i).peer() == nullptr) return cluster_.name(i) + " has no daemon";
  for (const auto check :
       {&Liveness::unwell_election, &Liveness::unwell_views, &Liveness::unwell_relief})
    if (std::string why = (this->*check)(); !why.empty()) return why;
  return std::nullopt;
}

std::string Liveness::unwell_election() const {
  const std::size_t leader = cluster_.scenario().leader();
  const Machine& first = cluster_.machine(leader);
  const Status led = first.peer()->status(first.now());
  if (!led.acting) return led.self.value + ", the highest rank, does not act";
  for (std::size_t i = 0; i < cluster_.members(); ++i) {
    const Machine& machine = cluster_.machine(i);
    const Status status = machine.peer()->status(machine.now());
    if (status.coordinator != led.self)
      return status.self.value + " does not follow " + led.self.value;
    if (status.epoch != led.epoch) return status.self.value + " is in another epoch";
  }
  return "";
}

std::string Liveness::unwell_views() const {
  for (std::size_t i = 0; i < cluster_.members(); ++i) {
    const Machine& machine = cluster_.machine(i);
    const Status status = machine.peer()->status(machine.now());
    if (status.hosts.size() != cluster_.members())
      return status.self.value + " does not list all hosts";
    for (const HostStatus& host : status.hosts) {
      if (host.standing != gossip::Standing::kAlive)
        return status.self.value + " does not see " + host.id.value + " alive";
      if (!host.known) return status.self.value + " has no summary of " + host.id.value;
    }
    if (!status.store_ok) return status.self.value + " distrusts its store";
    if (!status.admitted) return status.self.value + " is not admitted";
    if (status.pause.on) return status.self.value + " is paused";
  }
  return "";
}

std::string Liveness::unwell_relief() const {
  if (cluster_.virtualisation().migrating() > 0) return "a migration is under way";
  for (std::size_t i = 0; i < cluster_.members(); ++i) {
    const Machine& machine = cluster_.machine(i);
    const Status status = machine.peer()->status(machine.now());
    const std::string& self = status.self.value;
    if (status.slot.state != gossip::SlotState::kFree) return self + " has its slot taken";
    if (status.operation) return self + " has operation " + to_string(status.operation->op);
    const DurableState& stored = machine.disk().stored();
    if (!stored.releases.empty()) return self + " owes a RELEASE";
    if (!stored.unreported.empty()) return self + " has an unreported end";
    for (const HostStatus& host : status.hosts)
      if (host.self && host.summary.overloaded && status.no_relief.empty())
        return self + " is overloaded and was not told why it stays so";
  }
  return "";
}

}  // namespace prumo::simulation
