// What other peers say in a relief round, and what this peer says to itself.

#include <algorithm>
#include <type_traits>

#include "src/peer/peer.h"

namespace prumo {
namespace {

constexpr std::size_t kMostMoves = 64;

/// What a host whose id is used twice, or a run that another has followed, may still say: how
/// operations under way end.
template <class M>
constexpr bool kEndsSomething =
    std::is_same_v<M, Ask> || std::is_same_v<M, Hold> || std::is_same_v<M, Release> ||
    std::is_same_v<M, ReleaseAck> || std::is_same_v<M, Refused> || std::is_same_v<M, RunsHere> ||
    std::is_same_v<M, FinishedAck> || std::is_same_v<M, MigrationFinished>;

std::vector<policy::Move> moves_of(const Migrate& order, const HostId& from) {
  std::vector<policy::Move> moves;
  for (const OrderedMove& m : order.moves)
    moves.push_back({m.vm, m.name, from, m.to, m.cost, m.volume, 0});
  return moves;
}

}  // namespace

void Peer::dispatch(Effects& effects, const Speaker& from, bool counts, const Message& message) {
  std::visit(
      [&](const auto& m) {
        using M = std::decay_t<decltype(m)>;
        if constexpr (!std::is_same_v<M, gossip::Message> &&
                      !std::is_same_v<M, election::Message> && !std::is_same_v<M, Query> &&
                      !std::is_same_v<M, Answer>) {
          if (!kEndsSomething<M> && !counts) {
            ++messages_dropped_;
          } else if constexpr (std::is_same_v<M, Reserve> || std::is_same_v<M, Release>) {
            hear(effects, from, m);
          } else {
            hear(effects, from.id, m);
          }
        }
      },
      message);
}

void Peer::hear(Effects& effects, const HostId& from, const VmInfo& m) {
  if (!elector_.acting(now_) || m.vms.size() > 4096) return;
  with_cluster(effects, [&](Turn& t, const Cluster& c) { coordination_.request(t, c, from, m); });
}

void Peer::hear(Effects& effects, const HostId& from, const SendInfo& m) {
  if (m.round.epoch < elector_.floor()) return;
  effects.emplace_back(
      Send{from, Info{m.round, figures()}, now_ + parameters_.relief.info_deadline, false});
}

void Peer::hear(Effects& effects, const HostId& from, const Info& m) {
  if (!coordination_.collecting()) return;
  with_cluster(effects, [&](Turn& t, const Cluster& c) { coordination_.info(t, c, from, m); });
}

void Peer::hear(Effects& effects, const HostId& from, const Migrate& m) {
  Turn t = turn(effects);
  std::string why = request_.take_answer(t, from, m.request);
  if (why.empty() && m.round.epoch < t.floor) why = "its epoch is older than one known";
  // The envelope has told of every epoch that its sender has won.
  if (why.empty() && m.round.epoch > t.floor) why = "its epoch was never won";
  if (why.empty() && m.round <= durable_.last_obeyed)
    why = "its round is not newer than the last obeyed";
  if (why.empty() && (m.moves.empty() || m.moves.size() > kMostMoves))
    why = "it has no usable moves";
  if (why.empty()) why = hard_brake();
  if (why.empty() && !Operation::idle(durable_)) why = "an operation is under way";
  if (why.empty() && !slot_.free(durable_)) why = "this host is receiving or settling";
  if (!why.empty()) {
    t.note(note::OrderIgnored{m.round, why});
    return;
  }
  last_round_ = m.round;
  const bool advice = m.advice || !t.brake.empty();
  t.note(
      note::Decided{m.round, self_, moves_of(m, self_), m.explanation, Duration{0}, advice, true});
  if (advice) {
    request_.back_off(
        t,
        "only advised: " + (t.brake.empty() ? std::string("the coordinator is paused") : t.brake));
    return;
  }
  request_.forgive(t);
  operation_.obey(t, m, dues_, host_, members_);
}

void Peer::hear(Effects& effects, const HostId& from, const NoRelief& m) {
  Turn t = turn(effects);
  std::string why = request_.take_answer(t, from, m.request);
  if (why.empty() && m.round.epoch < t.floor) why = "its epoch is older than one known";
  if (!why.empty()) {
    t.note(note::OrderIgnored{m.round, why});
    return;
  }
  last_round_ = m.round;
  const Duration wait = request_.back_off(t, m.reason);
  t.note(note::NoRelief{m.round, self_, m.reason, m.explanation, wait, true});
}

void Peer::hear(Effects& effects, const Speaker& from, const Reserve& m) {
  Turn t = turn(effects);
  slot_.reserve(t, from, m, host_, sending());
}

void Peer::hear(Effects& effects, const HostId& from, const Reserved& m) {
  Turn t = turn(effects);
  operation_.reserved(t, from, m, dues_);
}

void Peer::hear(Effects& effects, const HostId& from, const Refused& m) {
  Turn t = turn(effects);
  operation_.refused(t, from, m, dues_);
}

void Peer::hear(Effects& effects, const HostId& from, const Ask& m) {
  Turn t = turn(effects);
  operation_.asked(t, from, m, dues_, host_);
}

void Peer::hear(Effects& effects, const HostId& from, const Hold& m) {
  Turn t = turn(effects);
  slot_.hold(t, from, m);
}

void Peer::hear(Effects& effects, const Speaker& from, const Release& m) {
  Turn t = turn(effects);
  slot_.release(t, from, m, host_);
}

void Peer::hear(Effects& effects, const HostId& from, const ReleaseAck& m) {
  Turn t = turn(effects);
  dues_.acknowledged(t, from, m, host_);
}

void Peer::hear(Effects& effects, const HostId& from, const RunsHere& m) {
  Turn t = turn(effects);
  twins_.heard(t, from, m, host_);
}

void Peer::hear(Effects& effects, const HostId& from, const MigrationFinished& m) {
  with_cluster(effects, [&](Turn& t, const Cluster& c) { coordination_.finished(t, c, from, m); });
}

void Peer::hear(Effects& effects, const HostId&, const FinishedAck& m) {
  Turn t = turn(effects);
  dues_.acknowledged(t, m);
}

}  // namespace prumo
