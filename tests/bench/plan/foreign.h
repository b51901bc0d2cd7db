#pragma once

#include <string>

#include "policy/snapshot.h"

namespace prumo::bench {

/// Writes into `folder` the case for others: cluster.data for Ganeti's hbal (the whole cluster, to be
/// balanced by its own measure), size.lp and cost.lp for CBC (relief of the first host: the fewest
/// VMs; the least cost of so many). Prints our own answer as a JSON line. False: can't be written.
[[nodiscard]] bool write_foreign(const policy::Snapshot&, const std::string& folder);

}  // namespace prumo::bench
