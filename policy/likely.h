#pragma once
// Which VMs an overloaded host is most likely asked to give away: what is worth measuring.

#include <cstddef>
#include <vector>

#include "policy/parameters.h"
#include "policy/snapshot.h"

namespace prumo::policy {

/// Of the host's VMs those that may leave, at most `most`: first who would be enough alone, then the
/// others, each in ascending cost. None while every resource is at most at the target.
[[nodiscard]] std::vector<VmId> likely_to_leave(const Host&, const std::vector<Vm>&,
                                                const Parameters&, std::size_t most);

}  // namespace prumo::policy
