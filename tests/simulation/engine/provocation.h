#pragma once
// Faults at the worst moment, which those at random moments nearly never meet. For directed
// scenarios; no seed draws any.

#include "src/core/time.h"

namespace prumo::simulation {

struct Provocation {
  /// The source's daemon dies as soon as the hypervisor has its order, and is back at once.
  bool kill_at_handover = false;
  /// When the first slot is reserved, the source's disk takes so long for its next write; 0: it
  /// does not.
  Duration stall_at_reserved{0};
  /// Then the coordinator is cut off from all, and all others restart at once; 0: never.
  Duration forget_coordinator_at{0};
};

}  // namespace prumo::simulation
