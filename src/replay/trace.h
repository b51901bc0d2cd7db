#pragma once
// A recorded cluster as values: what its hosts and VMs used, moment by moment. Where it was read
// from is another's affair (src/trace).

#include <cstdint>
#include <string>
#include <vector>

#include "src/core/ids.h"
#include "src/core/time.h"
#include "src/core/units.h"

namespace prumo::replay {

using Index = std::uint32_t;
/// In place of a VM: the row is of the host as a whole.
inline constexpr Index kHostItself = UINT32_MAX;

/// One row: what a host, or a VM on it, used.
struct Sample {
  Index host = 0;
  Index vm = kHostItself;
  Resources usage;
  double image_mib = 0;
};

/// All rows of one moment.
struct Step {
  Duration time{0};   ///< later than that of the step before
  std::string label;  ///< the time as it stands in the trace
  std::vector<Sample> samples;
};

/// The names behind the indices; only ever grows.
struct Names {
  std::vector<HostId> hosts;
  std::vector<Resources> capacities;  ///< of each host
  std::vector<VmId> vms;
  bool percent = false;  ///< no capacities were given: all is in percent of equal hosts
};

}  // namespace prumo::replay
