#pragma once

#include <set>

#include "policy/decision.h"
#include "policy/parameters.h"
#include "policy/snapshot.h"

namespace prumo::policy {

/// Relief for `host`, whether overloaded by the snapshot or not (it asked). Hosts in `taken`
/// receive nothing.
[[nodiscard]] Relief relieve(const Snapshot&, const HostId& host, const Parameters&,
                             const std::set<HostId>& taken = {});

/// Finds every overloaded host and relieves each: worst first, destinations used by one are taken
/// for the next.
[[nodiscard]] Decision plan(const Snapshot&, const Parameters&);

}  // namespace prumo::policy
