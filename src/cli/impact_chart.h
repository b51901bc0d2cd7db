#pragma once

#include "src/cli/program.h"
#include "src/impact/report.h"

namespace prumo::cli {

/// Response time and throughput over the run, the migrations shaded and the silences darker.
Tried<void> draw_impact(const std::string& path, const std::vector<impact::Statistics>& series,
                        const impact::Report&, Duration service_level);

}  // namespace prumo::cli
