#pragma once
// Everything that a seed has drawn, for whoever replays it.

#include <string>

#include "tests/simulation/engine/scenario.h"

namespace prumo::simulation {

/// Hosts, VMs, every setting (with the default beside it where it differs), weather and faults.
[[nodiscard]] std::string option_text(const Scenario&);

}  // namespace prumo::simulation
