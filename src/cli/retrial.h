#pragma once
// A round as it was decided, beside the same decided with other settings.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "policy/retrial.h"
#include "src/cli/basis.h"

namespace prumo::cli {

struct Compared {
  const RoundBasis& basis;
  const policy::Retrial& retrial;
  std::vector<policy::Relief> then;
  std::vector<policy::Relief> now;
};

[[nodiscard]] std::string render_retrial(const Compared&, const Style&, bool full);
[[nodiscard]] nlohmann::json to_json(const Compared&);

}  // namespace prumo::cli
