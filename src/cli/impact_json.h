#pragma once

#include <nlohmann/json.hpp>

#include "src/impact/report.h"

namespace prumo::cli {

/// The report with stable keys: seconds and milliseconds as named; null where nothing is known, as
/// of a percentile that a request without an answer decides.
[[nodiscard]] nlohmann::json impact_json(const impact::Report&);
/// The run over time, as the chart draws it; `s` is the begin of each span.
[[nodiscard]] nlohmann::json series_json(const std::vector<impact::Statistics>&);

}  // namespace prumo::cli
