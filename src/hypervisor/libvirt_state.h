#pragma once
// libvirt's state, reason and job of a domain in the words of a reading.

#include "src/peer/reading.h"

namespace prumo::hypervisor {

/// `state` is a virDomainState, `reason` belongs to it.
[[nodiscard]] DomainState state_of(int state, int reason, Job job, bool persistent);

/// Whether a paused domain of that reason may be an incoming one.
[[nodiscard]] bool may_be_incoming(int state, int reason);

}  // namespace prumo::hypervisor
