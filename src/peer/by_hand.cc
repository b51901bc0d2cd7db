#include "src/peer/by_hand.h"

#include "src/core/hash.h"
#include "src/peer/movable.h"

namespace prumo {
namespace {

/// Why that host is no destination; empty: it may be one.
std::string why_no_destination(const Turn& turn, const HostId& to, const Members& members,
                               const std::map<HostId, gossip::Known>& peers) {
  if (to == turn.self) return "it is on " + to.value + " already";
  if (members.find(to) == nullptr)
    return "no member is called \"" + to.value + "\"; `prumo hosts` lists them";
  const auto it = peers.find(to);
  if (it == peers.end() || !it->second.heard_of) return to.value + " was never heard of";
  switch (it->second.standing) {
    case gossip::Standing::kAlive:
      return {};
    case gossip::Standing::kSuspect:
      return to.value + " is suspect: it has been silent lately";
    case gossip::Standing::kDead:
      return to.value + " is dead";
    case gossip::Standing::kLeft:
      return to.value + " has left";
  }
  return {};
}

std::string why_busy(const Turn& turn, const OwnHost& host, const Slot& slot) {
  const DurableState& durable = turn.durable;
  const std::string& self = turn.self.value;
  if (durable.operation) {
    const std::string op = to_string(durable.operation->op);
    return self + " carries out " + op + " (" + durable.operation->name + " to " +
           durable.operation->to.value + "), and one at a time; wait, or prumo abort " + op;
  }
  if (!durable.rest.empty()) return self + " carries out a set of moves, and one at a time; wait";
  if (!slot.free(durable))
    return self + " can't send now: " + slot.why_not_free(durable, turn.now) + "; wait";
  if (!host.healthy(turn.now))
    return self + ": " +
           (host.trouble().empty() ? "its hypervisor does not answer" : host.trouble());
  return {};
}

}  // namespace

OpId hand_op(const HostId& source, std::uint32_t starts, std::uint32_t count) {
  // Below what a frame may hold (wire/bounds.h).
  const std::uint64_t host = fnv1a_32(source.value) & 0x3FFFFFFFU;
  return {Epoch{}, Round{host << 32U | starts}, count};
}

std::string why_not_by_hand(const Turn& turn, const MoveByHand& order, const OwnHost& host,
                            const Slot& slot, const Members& members,
                            const std::map<HostId, gossip::Known>& peers) {
  if (!turn.hand_brake.empty())
    return turn.self.value + ": " + turn.hand_brake +
           (turn.durable.pause.on ? "; prumo resume lets migrations start again" : "");
  if (std::string why = why_busy(turn, host, slot); !why.empty()) return why;
  const Domain* d = host.find(order.vm);
  if (d == nullptr || !d->active()) return "it does not run on " + turn.self.value;
  if (std::string why = why_stuck(turn, *d); !why.empty()) return why;
  return why_no_destination(turn, order.to, members, peers);
}

}  // namespace prumo
