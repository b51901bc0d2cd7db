#pragma once
// What a round was decided on, fetched from the daemon that decided it, so that it can be decided
// again here: with every verdict, or with other settings.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "policy/plan.h"
#include "src/cli/program.h"

namespace prumo::cli {

struct RoundBasis {
  policy::RoundInput input;
  nlohmann::json settings;  ///< of [policy], as they were
  nlohmann::json document;  ///< all of it, as it came
};

/// Error: nobody keeps it any more, or it can't be read.
[[nodiscard]] Tried<RoundBasis> basis_of(Asker&, const std::string& round);

/// The settings of the round with some set otherwise ("target=0.8"). Error: one that can't be tried
/// on a single moment, or a bad value.
[[nodiscard]] Tried<policy::Parameters> parameters_with(const nlohmann::json& settings,
                                                        const std::vector<std::string>& set);

}  // namespace prumo::cli
