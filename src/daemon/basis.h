#pragma once
// What the decisions of a round rest on, as it is kept and handed out: the snapshot, who asked, and
// the settings of [policy]. `prumo plan` reads it as a snapshot, `prumo explain --set` decides it
// again.

#include <cstdint>
#include <string>

#include "src/peer/note.h"
#include "src/store/store.h"

namespace prumo::daemon {

/// Where it would be too long to be kept, the samples of the hosts are left out.
[[nodiscard]] store::Basis basis_of(const note::Weighed&, const std::string& by,
                                    std::int64_t unix_ms);

}  // namespace prumo::daemon
