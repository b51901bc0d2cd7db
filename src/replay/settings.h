#pragma once

#include "src/core/time.h"
#include "src/peer/parameters.h"

namespace prumo::replay {

/// How the modelled cluster decides and moves.
struct Settings {
  policy::Parameters policy;
  ReliefParameters relief;
  /// MiB/s of one migration, above 0; the slower link of the two hosts bounds it.
  double bandwidth_mib_s = 100;
  /// MiB/s that each VM writes, which a migration copies again; a trace does not tell it.
  double dirty_mib_s = 0;
  /// A host counts as overloaded strictly above, whatever the policy's own limit is.
  double measure_above = 0.90;
  /// Hosts keep their recorded figures and nothing moves: what would have been decided, and when.
  bool as_recorded = false;
  /// Reasons are worded, for people; else they are left out, for speed.
  bool reasons = false;
};

}  // namespace prumo::replay
