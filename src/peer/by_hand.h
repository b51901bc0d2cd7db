#pragma once
// What an operator orders by hand (`prumo migrate`). It goes the way of every move: the source's
// one durable record, the destination's own say by RESERVE, one slot, one hook. No coordinator is
// needed, and none is asked.
//
// A person overrules what holds back a coordinator alone: advise mode, `ignore` patterns, the limits
// of the cluster, pairs that are avoided, VMs that are left alone. They do not overrule a fence: a
// pause, the VM's cooldown, what needs an operator, a slot or an operation that is taken, a host
// that is not trusted to be alive, the room at the destination.
//
// Its id never repeats, and no coordinator's order has it: epoch 0, and as the round a hash of the
// source's id and its start count, which never goes back.

#include <cstdint>
#include <map>
#include <string>

#include "gossip/gossip.h"
#include "src/core/members.h"
#include "src/peer/event.h"
#include "src/peer/own_host.h"
#include "src/peer/slot.h"
#include "src/peer/turn.h"

namespace prumo {

/// The `count`th that this source orders in its run.
[[nodiscard]] OpId hand_op(const HostId& source, std::uint32_t starts, std::uint32_t count);

/// Why the source does not begin it now, one line with what to do; empty: it may begin.
[[nodiscard]] std::string why_not_by_hand(const Turn&, const MoveByHand&, const OwnHost&,
                                          const Slot&, const Members&,
                                          const std::map<HostId, gossip::Known>& peers);

}  // namespace prumo
