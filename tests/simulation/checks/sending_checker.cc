#include "tests/simulation/checks/sending_checker.h"

namespace prumo::simulation {

namespace {
std::string text(const Incarnation& incarnation) {
  return std::to_string(incarnation.starts) + "." + std::to_string(incarnation.refutations);
}
}  // namespace

SendingChecker::SendingChecker(const Cluster& cluster, Verdict& verdict)
    : cluster_(cluster), verdict_(verdict), said_(cluster.size()) {}

void SendingChecker::violated(int invariant, std::size_t host, const std::string& what) {
  verdict_.violated(invariant, cluster_.now(), cluster_.name(host) + " " + what);
}

void SendingChecker::store_lost(std::size_t host) {
  said_[host] = {};
  forgetful_.insert(cluster_.id(host));
}

void SendingChecker::stepped(std::size_t host, const Effects& effects) {
  const std::optional<Clone>& clone = cluster_.scenario().clone;
  const Machine& machine = cluster_.machine(host);
  if (const auto leads = machine.peer()->acting(machine.now())) winners_.insert({host, *leads});
  for (const Effect& effect : effects) {
    if (const auto* note = std::get_if<Note>(&effect))
      if (const auto* duplicate = std::get_if<note::DuplicateId>(note);
          duplicate != nullptr && !forgetful_.contains(duplicate->id) &&
          !(clone && duplicate->id == cluster_.id(clone->of)))
        violated(8, host, "takes " + duplicate->id.value + " for two daemons, which it is not");
    const auto* send = std::get_if<Send>(&effect);
    const auto* reserve = send == nullptr ? nullptr : std::get_if<Reserve>(&send->message);
    if (reserve == nullptr) continue;
    const election::Durable& known = machine.peer()->durable().election;
    const Epoch floor = std::max(known.accepted, known.won);
    if (reserve->op.epoch < floor && !by_hand(reserve->op))
      violated(6, host,
               "reserves for " + to_string(reserve->op) + " though it knows of epoch " +
                   std::to_string(floor.value));
  }
}

void SendingChecker::sent(std::size_t host, std::size_t to, const wire::Envelope& envelope) {
  check_envelope(host, envelope);
  if (const auto* g = std::get_if<gossip::Message>(&envelope.message)) {
    if (const auto* delta = std::get_if<gossip::Delta>(g)) check_summary(host, delta->updates);
    if (const auto* rumour = std::get_if<gossip::Rumour>(g)) check_summary(host, rumour->updates);
  } else if (const auto* e = std::get_if<election::Message>(&envelope.message)) {
    if (const auto* accept = std::get_if<election::Accept>(e)) check_accept(host, to, *accept);
  }
}

void SendingChecker::check_envelope(std::size_t host, const wire::Envelope& envelope) {
  Said& said = said_[host];
  if (envelope.incarnation < said.incarnation)
    violated(5, host,
             "goes back from incarnation " + text(said.incarnation) + " to " +
                 text(envelope.incarnation));
  if (envelope.run != said.run && envelope.incarnation.starts == said.incarnation.starts)
    violated(5, host, "starts twice with incarnation " + text(envelope.incarnation));
  if (envelope.won < said.won)
    violated(5, host,
             "goes back from won epoch " + std::to_string(said.won.value) + " to " +
                 std::to_string(envelope.won.value));
  said.incarnation = envelope.incarnation;
  said.run = envelope.run;
  said.won = envelope.won;
}

void SendingChecker::check_summary(std::size_t host, const std::vector<gossip::Update>& updates) {
  for (const gossip::Update& update : updates) {
    if (update.about.id != cluster_.id(host) || !update.summary) continue;
    const std::pair now(update.about.incarnation, update.about.version);
    if (now < said_[host].summary)
      violated(
          5, host,
          "goes back to version " + std::to_string(update.about.version.value) + " of its summary");
    said_[host].summary = now;
  }
}

void SendingChecker::check_accept(std::size_t host, std::size_t to,
                                  const election::Accept& accept) {
  // To one who has won it an acceptance says nothing any more.
  const Peer* claimant = cluster_.machine(to).peer();
  if (winners_.contains({to, accept.epoch})) return;
  if (claimant != nullptr && claimant->won() >= accept.epoch) return;
  const auto [first, fresh] = accepted_.emplace(std::pair(host, accept.epoch), to);
  if (first->second != to)
    violated(4, host,
             "accepts " + cluster_.name(to) + " for epoch " + std::to_string(accept.epoch.value) +
                 " after " + cluster_.name(first->second));
  if (cluster_.machine(host).disk().stored().election.accepted < accept.epoch)
    violated(4, host,
             "accepts epoch " + std::to_string(accept.epoch.value) + " before that is stored");
}

}  // namespace prumo::simulation
