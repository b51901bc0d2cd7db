#include "tests/simulation/checks/election_checker.h"

#include <algorithm>

namespace prumo::simulation {

namespace {
constexpr Duration kLatest = 30s;  ///< held back by a clog, and then delayed

const Migrate* order_in(const Message& message) {
  const auto* order = std::get_if<Migrate>(&message);
  return order == nullptr || order->advice || order->moves.empty() ? nullptr : order;
}
}  // namespace

ElectionChecker::ElectionChecker(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster),
      verdict_(verdict),
      acted_(cluster.size(), false),
      resigned_(cluster.size()) {}

std::optional<Epoch> ElectionChecker::acting(std::size_t host) const {
  const Machine& machine = cluster_.machine(host);
  return machine.peer() == nullptr ? std::nullopt : machine.peer()->acting(machine.now());
}

bool ElectionChecker::deceived(std::size_t host) const {
  // What a clone has said may be on its way for a while.
  if (!cluster_.cloned_lately(kLatest)) return false;
  const Peer* peer = cluster_.machine(host).peer();
  const auto& barred = peer->durable().barred;
  const HostId& id = cluster_.id(cluster_.scenario().clone->of);
  return cluster_.doubled(host) || std::find(barred.begin(), barred.end(), id) == barred.end();
}

void ElectionChecker::stepped(std::size_t host, const Effects& effects) {
  check_orders(host, effects);
  const std::optional<Epoch> epoch = acting(host);
  acted_[host] = epoch.has_value();
  if (!epoch) return;
  Winners& winners = winners_[*epoch];
  if (winners.hosts.empty()) {
    last_election_ = cluster_.now();
    winners.deceived = deceived(host);
  }
  const std::size_t first = winners.hosts.empty() ? host : *winners.hosts.begin();
  if (winners.hosts.insert(host).second && first != host && !winners.deceived && !deceived(host))
    verdict_.violated(4, cluster_.now(),
                      cluster_.name(host) + " and " + cluster_.name(first) + " both win epoch " +
                          std::to_string(epoch->value));
  for (std::size_t other = 0; other < acted_.size(); ++other) {
    if (other == host || !acted_[other]) continue;
    const std::optional<Epoch> theirs = acting(other);
    if (theirs && (deceived(host) || deceived(other))) continue;
    if (theirs && cluster_.scenario().drift_kept)
      verdict_.violated(4, cluster_.now(),
                        cluster_.name(host) + " holds the lease of epoch " +
                            std::to_string(epoch->value) + " while " + cluster_.name(other) +
                            " holds that of " + std::to_string(theirs->value));
    else
      acted_[other] = false;
  }
}

void ElectionChecker::check_orders(std::size_t host, const Effects& effects) {
  for (const Effect& effect : effects) {
    const auto* send = std::get_if<Send>(&effect);
    const Migrate* order = send == nullptr ? nullptr : order_in(send->message);
    if (order == nullptr) continue;
    const Peer& peer = *cluster_.machine(host).peer();
    const Instant until = send->not_after.value_or(Instant::never());
    ordered_[{host, cluster_.scenario().index(send->to), order->round}] = until;
    if (peer.acting(until - Duration{1}) != order->round.epoch)
      violated_6(host, *order, "without the lease");
  }
}

void ElectionChecker::sent(std::size_t host, std::size_t to, const wire::Envelope& envelope) {
  if (const auto* message = std::get_if<election::Message>(&envelope.message))
    if (const auto* resign = std::get_if<election::Resign>(message))
      resigned_[host] = std::max(resigned_[host], resign->epoch);
  const Migrate* order = order_in(envelope.message);
  if (order == nullptr) return;
  if (cluster_.machine(host).now() > ordered_.at({host, to, order->round}))
    violated_6(host, *order, "after its time");
  if (order->round.epoch <= resigned_[host]) violated_6(host, *order, "though it has resigned");
}

void ElectionChecker::violated_6(std::size_t host, const Migrate& order, const std::string& what) {
  verdict_.violated(6, cluster_.now(),
                    cluster_.name(host) + " orders round " + to_string(order.round) + " " + what);
}

}  // namespace prumo::simulation
