#pragma once
// The measurements of scale.h as a table in Markdown, with what is to be expected beside it.

#include <string>
#include <vector>

#include "tests/simulation/run/scale.h"

namespace prumo::simulation {

[[nodiscard]] std::string as_table(const std::vector<Scale>&);
[[nodiscard]] std::string as_json(const std::vector<Scale>&);

}  // namespace prumo::simulation
