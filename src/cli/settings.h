#pragma once

#include <string>
#include <vector>

#include "src/cli/program.h"
#include "src/peer/parameters.h"

namespace prumo::cli {

/// `--set KEY=VALUE`, checked as in prumo.toml. A bare key is one of [policy]; others are named in
/// full, like relief.cooldown=5min. Texts and durations need no quotes.
[[nodiscard]] Tried<Parameters> parameters_of(const std::vector<std::string>& settings);

}  // namespace prumo::cli
