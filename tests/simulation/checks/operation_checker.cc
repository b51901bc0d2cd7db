#include "tests/simulation/checks/operation_checker.h"

namespace prumo::simulation {

OperationChecker::OperationChecker(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster), verdict_(verdict), starts_(cluster.size()) {}

void OperationChecker::violated(int invariant, const MigrationFacts& facts,
                                const std::string& what) {
  verdict_.violated(invariant, cluster_.now(),
                    "operation " + to_string(*facts.op) + " (" + facts.vm.value + ", " +
                        cluster_.name(facts.from) + " to " + cluster_.name(facts.to) + ") " + what);
}

void OperationChecker::handed_over(const MigrationFacts& facts) {
  if (!facts.op) return;
  last_start_ = cluster_.now();
  std::set<std::size_t>& sources = started_[*facts.op];
  if (!sources.insert(facts.from).second || (sources.size() > 1 && !cluster_.scenario().clone))
    violated(3, facts, "starts a second time");
  if (under_way_.contains(facts.vm)) violated(2, facts, "starts while another moves the same VM");
  under_way_[facts.vm] = facts.serial;
  last_move_[facts.vm] = {facts.from, facts.to, cluster_.now()};

  const auto last = last_arrival_.find(facts.vm);
  if (last == last_arrival_.end() || last->second.host != facts.from) return;
  const Duration since =
      cluster_.machine(facts.from).clock().own(cluster_.now() - last->second.when);
  if (since < cluster_.scenario().promised.relief.cooldown && !lost_untold(last->second))
    violated(2, facts, "starts " + std::to_string(seconds(since)) + " s after the VM arrived");
}

void OperationChecker::disappeared(const MigrationFacts& facts, bool arrived) {
  if (arrived) left_behind_.insert({facts.vm, facts.from});
  if (!facts.op || !arrived) return;
  last_arrival_[facts.vm] = {facts.to, cluster_.now(), 0};
  ++arrivals_;
}

void OperationChecker::ended(const MigrationFacts& facts) {
  const auto it = under_way_.find(facts.vm);
  if (it != under_way_.end() && it->second == facts.serial) under_way_.erase(it);
  left_behind_.erase({facts.vm, facts.from});
}

void OperationChecker::landed(std::size_t host, const DurableState& state) {
  starts_[host] = state.starts;
  if (state.admitted) return;
  for (auto& [vm, arrival] : last_arrival_)
    if (arrival.host == host) arrival.lost_at = 0;
}

void OperationChecker::store_lost(std::size_t host) {
  for (auto& [vm, arrival] : last_arrival_)
    if (arrival.host == host) arrival.lost_at = starts_[host];
}

bool OperationChecker::lost_untold(const Arrival& arrival) const {
  return arrival.lost_at > 0 && starts_[arrival.host] > arrival.lost_at &&
         starts_[arrival.host] <= cluster_.machine(arrival.host).disk().counted_since_loss();
}

bool OperationChecker::behind_itself(const VmId& vm) const {
  bool behind = false;
  bool further = false;
  for (std::size_t i = 0; i < cluster_.size(); ++i) {
    const std::optional<Domain> copy = cluster_.virtualisation().copy(i, vm);
    if (!copy) continue;
    if (copy->state == DomainState::kRunning) behind = left_behind_.contains({vm, i});
    if (copy->state == DomainState::kPausedMigrated && copy->job == Job::kOutgoing) further = true;
  }
  return behind && further;
}

bool OperationChecker::spoken_for_by_two(const VmId& vm) const {
  const auto move = last_move_.find(vm);
  if (move == last_move_.end()) return false;
  const auto& [from, to, begun] = move->second;
  return cluster_.cloned_lately(cluster_.now() - begun) &&
         (cluster_.doubled(from) || cluster_.doubled(to));
}

void OperationChecker::running(const VmId& vm, std::size_t copies, Begins how) {
  // Two copies that libvirt or an operator has made are not prumo's, nor is what follows from them.
  // One that is started by hand may be down with its own host just then, and start there as well.
  if ((how == Begins::kResumes && (copies > 1 || behind_itself(vm))) || how == Begins::kOrdered ||
      (how == Begins::kBoots && copies > 1 && spoken_for_by_two(vm)))
    spoilt_.insert(vm);
  if (copies > 1 && !spoilt_.contains(vm))
    verdict_.violated(2, cluster_.now(),
                      vm.value + " runs on " + std::to_string(copies) + " hosts");
}

}  // namespace prumo::simulation
