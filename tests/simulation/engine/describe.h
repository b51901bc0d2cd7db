#pragma once
// One short line for people about each thing that happens in a run.

#include <string>

#include "src/peer/message.h"
#include "src/peer/note.h"

namespace prumo::simulation {

/// Empty for what is too frequent to be read: heartbeats, digests, probes.
[[nodiscard]] std::string describe(const Message&);
[[nodiscard]] std::string describe(const Note&);

}  // namespace prumo::simulation
