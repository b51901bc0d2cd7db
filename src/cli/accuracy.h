#pragma once
// What was expected of past migrations beside what they took.

#include <nlohmann/json.hpp>
#include <string>

#include "src/cli/program.h"

namespace prumo::cli {

/// Of an answer to `migrations`, those that succeeded and had been predicted: each figure as
/// {"predicted", "measured", "error_percent"}, and a summary of each. The error is that of the
/// prediction, in percent of what was measured; null where nothing was measured.
[[nodiscard]] nlohmann::json accuracy_of(const nlohmann::json& answer);

/// Of such a document.
[[nodiscard]] std::string render_accuracy(const nlohmann::json&, const Style&);

}  // namespace prumo::cli
