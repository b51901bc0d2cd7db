#include "tests/simulation/checks/durable_checker.h"

#include "src/peer/tables.h"

namespace prumo::simulation {

namespace {
constexpr std::size_t kMostEffectsOfAStep = 1'000;
}  // namespace

DurableChecker::DurableChecker(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster), verdict_(verdict), last_(cluster.size()) {}

void DurableChecker::violated(int invariant, std::size_t host, const std::string& what) {
  verdict_.violated(invariant, cluster_.now(), cluster_.name(host) + ": " + what);
}

void DurableChecker::landed(std::size_t host, const DurableState& state) {
  Numbers& last = last_[host];
  const Numbers now{state.starts, state.election.accepted, state.election.won, state.last_obeyed};
  if (now.starts < last.starts) violated(5, host, "the stored start count goes back");
  if (now.accepted < last.accepted) violated(5, host, "the stored accepted epoch goes back");
  if (now.won < last.won) violated(5, host, "the stored won epoch goes back");
  if (now.last_obeyed < last.last_obeyed) violated(5, host, "the last round obeyed goes back");
  last = now;

  if (state.cooldowns.size() > kMostCooldowns) violated(7, host, "too many cooldowns");
  if (state.avoided.size() > kMostAvoided) violated(7, host, "too many avoided pairs");
  if (state.unreported.size() > kMostOwed) violated(7, host, "too many unreported ends");
  if (state.releases.size() > kMostOwed) violated(7, host, "too many owed releases");
  if (state.operator_needed.size() > kMostOperatorNeeded)
    violated(7, host, "too many VMs that need an operator");
}

void DurableChecker::stepped(std::size_t host, const Effects& effects) {
  if (effects.size() > kMostEffectsOfAStep)
    violated(7, host, "asks for " + std::to_string(effects.size()) + " effects in one step");
  if (cluster_.machine(host).queued() > 2 * EffectQueue::kMost)
    violated(7, host, "the queue of effects is longer than its bound");
}

}  // namespace prumo::simulation
