#include "tests/simulation/checks/slot_checker.h"

#include <cmath>

namespace prumo::simulation {

Duration settle_of(const Parameters& parameters) {
  if (parameters.relief.settle > Duration{0}) return parameters.relief.settle;
  const double samples = std::ceil(std::log(0.1) / std::log(1 - parameters.policy.mu));
  return parameters.relief.sample_interval * static_cast<int>(samples);
}

SlotChecker::SlotChecker(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster),
      verdict_(verdict),
      settle_(settle_of(cluster.scenario().promised)),
      slots_(cluster.size()) {}

void SlotChecker::sent(std::size_t host, std::size_t, const wire::Envelope& envelope) {
  if (!cluster_.scenario().clone) return;
  if (const auto* m = std::get_if<Reserved>(&envelope.message)) reserved_[m->op].insert(host);
}

bool SlotChecker::counts(const MigrationFacts& facts) const {
  if (!facts.op) return false;
  if (!cluster_.doubled(facts.to)) return true;
  const auto by = reserved_.find(*facts.op);
  return by != reserved_.end() && by->second.contains(facts.to);
}

void SlotChecker::appeared(const MigrationFacts& facts) {
  if (!counts(facts)) return;
  Slot& slot = slots_[facts.to];
  const std::string host = cluster_.name(facts.to);
  if (!slot.incoming.empty())
    verdict_.violated(1, cluster_.now(),
                      host + " receives " + slot.incoming.begin()->second.value + " and " +
                          facts.vm.value + " at once");
  if (slot.last_arrival != TrueTime::min()) {
    const Duration apart =
        cluster_.machine(facts.to).clock().own(cluster_.now() - slot.last_arrival);
    if (apart < settle_)
      verdict_.violated(1, cluster_.now(),
                        host + " receives " + facts.vm.value + " " +
                            std::to_string(seconds(apart)) + " s after the arrival of " +
                            slot.last_vm.value + "; settle is " + std::to_string(seconds(settle_)) +
                            " s");
  }
  slot.incoming[facts.serial] = facts.vm;
}

void SlotChecker::disappeared(const MigrationFacts& facts, bool arrived) {
  if (!counts(facts)) return;
  Slot& slot = slots_[facts.to];
  slot.incoming.erase(facts.serial);
  if (!arrived) return;
  slot.last_arrival = cluster_.now();
  slot.last_vm = facts.vm;
}

void SlotChecker::lost_power(std::size_t host) {
  const auto known = cluster_.machine(host).disk().stored().slot.state;
  if (known != gossip::SlotState::kSettling) slots_[host].last_arrival = TrueTime::min();
}

}  // namespace prumo::simulation
