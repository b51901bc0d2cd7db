#include "tests/simulation/checks/election_checker.h"

namespace prumo::simulation {

ElectionChecker::ElectionChecker(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster), verdict_(verdict), acted_(cluster.size(), false) {}

std::optional<Epoch> ElectionChecker::acting(std::size_t host) const {
  const Machine& machine = cluster_.machine(host);
  return machine.peer() == nullptr ? std::nullopt : machine.peer()->acting(machine.now());
}

void ElectionChecker::stepped(std::size_t host, const Effects&) {
  const std::optional<Epoch> epoch = acting(host);
  acted_[host] = epoch.has_value();
  if (!epoch) return;
  const auto [winner, fresh] = winners_.emplace(*epoch, host);
  if (fresh) last_election_ = cluster_.now();
  if (winner->second != host)
    verdict_.violated(4, cluster_.now(),
                      cluster_.id(host).value + " and " + cluster_.id(winner->second).value +
                          " both win epoch " + std::to_string(epoch->value));
  for (std::size_t other = 0; other < acted_.size(); ++other) {
    if (other == host || !acted_[other]) continue;
    const std::optional<Epoch> theirs = acting(other);
    if (theirs && cluster_.scenario().drift_kept)
      verdict_.violated(4, cluster_.now(),
                        cluster_.id(host).value + " holds the lease of epoch " +
                            std::to_string(epoch->value) + " while " + cluster_.id(other).value +
                            " holds that of " + std::to_string(theirs->value));
    else
      acted_[other] = false;
  }
}

void ElectionChecker::sent(std::size_t host, std::size_t, const wire::Envelope& envelope) {
  const auto* order = std::get_if<Migrate>(&envelope.message);
  if (order == nullptr || order->advice || order->moves.empty()) return;
  const std::optional<Epoch> epoch = acting(host);
  if (!epoch || *epoch != order->round.epoch)
    verdict_.violated(6, cluster_.now(),
                      cluster_.id(host).value + " orders round " + to_string(order->round) +
                          " without the lease");
}

}  // namespace prumo::simulation
