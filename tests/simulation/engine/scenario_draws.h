#pragma once
// Parts of a scenario, each drawn from a stream of its own: another draw in one changes no other.

#include "src/core/random.h"
#include "tests/simulation/engine/scenario.h"

namespace prumo::simulation {

/// Mostly near the defaults, shortened for the sake of short runs; sometimes anywhere in the legal
/// ranges that leave a cluster live on the simulator's network. `check` finds nothing wrong.
[[nodiscard]] Parameters draw_parameters(const Random& root);
void draw_weather(const Random& root, Scenario&);
void draw_faults(const Random& root, FaultGaps&);

}  // namespace prumo::simulation
