#pragma once
// A round decided again with other settings: what they would have changed.
//
// The snapshot holds one moment. So the overload limit says anew who asks, but of a host that did
// not ask its VMs are not known: it is named and takes no VM. Another mu smooths the samples that
// are kept anew; what older samples left in the recorded figures, and VMs that were promised then,
// stay in them. What needs more than a moment (how long an overload lasted) can't be tried on one.

#include <vector>

#include "policy/plan.h"
#include "src/core/result.h"

namespace prumo::policy {

struct Retrial {
  RoundInput input;             ///< to be given to `decide`
  std::vector<HostId> calm;     ///< asked then, and would not with these settings
  std::vector<HostId> unheard;  ///< did not ask then, and would
};

/// With the settings of the round itself the input is the same, to the bit. Error, one line: the
/// samples that are kept are too few for that mu.
[[nodiscard]] Result<Retrial> retry(const RoundInput&, const Parameters&);

}  // namespace prumo::policy
