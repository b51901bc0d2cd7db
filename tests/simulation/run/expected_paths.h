#pragma once
// The paths that a campaign of kEnoughSeeds seeds takes, as probes.h names them. One that is listed
// and was not taken means that the simulation has become blind to it, and fails the campaign; one
// that is taken and not listed is shown as new, and wants a line here.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/run/probes.h"

namespace prumo::simulation {

inline constexpr std::uint64_t kEnoughSeeds = 10'000;

[[nodiscard]] const std::vector<std::string>& expected_paths();
/// Paths that are taken once in some thousand seeds or less, too rarely to be judged.
[[nodiscard]] const std::vector<std::string>& rare_paths();
/// Whether either list has it.
[[nodiscard]] bool is_listed(const std::string& path);
/// The expected ones that `counts` lacks.
[[nodiscard]] std::vector<std::string> untaken(const PathCounts& counts);

}  // namespace prumo::simulation
