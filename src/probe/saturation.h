#pragma once
// The rate up to which the prober keeps its own schedule on this machine, against a service that
// costs nothing (the command `true` where commands are run). Above it, what it measures is itself.

#include "src/probe/target.h"

namespace prumo::probe {

struct Saturation {
  double kept_per_s = 0;  ///< the highest rate tried that was kept; 0: none
  bool reached = false;   ///< false: `most` was kept, and nothing above it was tried
};

/// Tries rates from `least`, doubling, up to `most`, then between the last two: half a second each,
/// every core that it needs. A rate is kept when at most one request in a hundred is sent more than
/// 5 ms late and all are answered. Error: no server can be had on loopback.
[[nodiscard]] Result<Saturation> saturation_of(Protocol, double least, double most);

}  // namespace prumo::probe
