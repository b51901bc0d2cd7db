#include "tests/simulation/checks/leftover_checker.h"

#include <algorithm>

namespace prumo::simulation {

LeftoverChecker::LeftoverChecker(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster),
      verdict_(verdict),
      unsaid_(cluster.size()),
      started_(cluster.scenario().hosts.size()) {}

void LeftoverChecker::handed_over(const MigrationFacts& facts) {
  last_move_[facts.vm] = facts.op;
  if (facts.op) leaving_[facts.vm] = facts.from;
  if (facts.op && reported(facts.vm, {facts.from}))
    verdict_.violated(2, cluster_.now(),
                      "operation " + to_string(*facts.op) + " moves " + facts.vm.value +
                          ", which needs an operator");
}

void LeftoverChecker::ended(const MigrationFacts& facts) {
  if (facts.op) leaving_.erase(facts.vm);
}

void LeftoverChecker::running(const VmId& vm, std::size_t copies, Begins how) {
  if (copies < 2)
    doubled_.erase(vm);
  else if (how == Begins::kResumes && last_move_[vm])
    doubled_.insert(vm);
}

void LeftoverChecker::landed(std::size_t host, const DurableState& state) {
  unsaid_[host].clear();
  if (state.operation) unsaid_[host].insert(state.operation->vm);
  for (const Owed& release : state.releases) unsaid_[host].insert(release.vm);
}

void LeftoverChecker::store_lost(std::size_t host) {
  for (const VmSpec& vm : cluster_.virtualisation().vms())
    if (alone_knows(host, vm.id)) forgotten_.insert(vm.id);
}

bool LeftoverChecker::alone_knows(std::size_t host, const VmId& vm) const {
  const auto leaving = leaving_.find(vm);
  if (leaving != leaving_.end() && leaving->second == host) return true;
  const std::optional<Domain> copy = cluster_.virtualisation().copy(host, vm);
  if (copy) return !copy->autostart || !copy->active();
  // Where a definition proves nothing, that what is off over there has come is its source's word.
  return cluster_.scenario().promised.relief.allow_defined && unsaid_[host].contains(vm);
}

bool LeftoverChecker::able(std::size_t host) const {
  const Machine& machine = cluster_.machine(host);
  return machine.peer() != nullptr && !machine.stopped() && !machine.disk().bad() &&
         !cluster_.virtualisation().hangs(host);
}

bool LeftoverChecker::visible(const Leftover& left) const {
  return left.heard && std::all_of(left.shown_by.begin(), left.shown_by.end(),
                                   [this](std::size_t host) { return able(host); });
}

TrueTime LeftoverChecker::blind_until(const std::set<std::size_t>& hosts) const {
  TrueTime last{0};
  for (const std::size_t host : hosts)
    last = std::max({last, started_[host], cluster_.virtualisation().hung_until(host)});
  return last;
}

bool LeftoverChecker::know(std::size_t a, std::size_t b) const {
  return cluster_.machine(a).members().find(cluster_.id(b)) != nullptr &&
         cluster_.machine(b).members().find(cluster_.id(a)) != nullptr;
}

bool LeftoverChecker::reported(const VmId& vm, const std::set<std::size_t>& by) const {
  return std::any_of(by.begin(), by.end(), [&](std::size_t host) {
    const Machine& machine = cluster_.machine(host);
    const DurableState& known =
        machine.peer() == nullptr ? machine.disk().stored() : machine.peer()->durable();
    return known.operator_needed.contains(vm);
  });
}

std::optional<LeftoverChecker::Leftover> LeftoverChecker::leftover(const VmSpec& vm) const {
  const Virtualisation& virtualisation = cluster_.virtualisation();
  std::set<std::size_t> known;
  std::set<std::size_t> runs;
  std::set<std::size_t> half;
  std::set<std::size_t> defined;
  bool active = false;
  for (std::size_t i = 0; i < cluster_.size(); ++i) {
    const std::optional<Domain> copy = virtualisation.copy(i, vm.id);
    if (!copy) continue;
    known.insert(i);
    active = active || copy->active();
    if (copy->state == DomainState::kRunning) runs.insert(i);
    if (copy->state == DomainState::kPausedMigrated && copy->job == Job::kNone) half.insert(i);
    if (copy->state == DomainState::kLeftDefined) defined.insert(i);
  }
  const bool told_apart =
      !cluster_.cloned_lately(Duration{0}) ||
      std::none_of(runs.begin(), runs.end(), [this](auto i) { return cluster_.doubled(i); });
  if (runs.size() > 1 && doubled_.contains(vm.id)) {
    const std::size_t one = *runs.begin();
    const std::size_t other = *std::next(runs.begin());
    return Leftover{
        "runs twice", runs, runs,
        told_apart && know(one, other) && cluster_.network().open_both_ways(one, other)};
  }
  if (!half.empty()) return Leftover{"is left paused", half, half};
  if (!defined.empty() && !cluster_.scenario().promised.relief.allow_defined) {
    const auto silent = std::find_if(defined.begin(), defined.end(), [&](std::size_t host) {
      return able(host) && !reported(vm.id, {host});
    });
    const std::size_t host = silent == defined.end() ? *defined.begin() : *silent;
    return Leftover{"is left defined at " + cluster_.name(host), {host}, {host}};
  }
  if (!active && !known.empty() && vm.autostart && !virtualisation.touched(vm.id) &&
      !forgotten_.contains(vm.id)) {
    // Without prumo it would have started with its host.
    std::set<std::size_t> all;
    for (std::size_t i = 0; i < cluster_.size(); ++i) all.insert(i);
    return Leftover{"runs nowhere", all, known};
  }
  return std::nullopt;
}

void LeftoverChecker::look() {
  const Duration bound = std::max<Duration>(30s, cluster_.scenario().promised.relief.lost_after);
  for (const VmSpec& vm : cluster_.virtualisation().vms()) {
    const std::optional<Leftover> left = leftover(vm);
    const auto before = since_.find(vm.id);
    if (!left) {
      if (before != since_.end()) since_.erase(before);
      continue;
    }
    if (before == since_.end() || !visible(*left) || before->second.first != left->what) {
      since_[vm.id] = {left->what, cluster_.now()};
      continue;
    }
    const TrueTime since = std::max(before->second.second, blind_until(left->shown_by));
    if (cluster_.now() - since <= bound || reported(vm.id, left->seen_by)) continue;
    verdict_.violated(2, cluster_.now(),
                      vm.id.value + " " + left->what + " since " + std::to_string(seconds(since)) +
                          " s, and nobody says that it needs an operator");
  }
}

}  // namespace prumo::simulation
