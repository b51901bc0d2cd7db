#pragma once
// A decision for people: what moves, why, and why nothing else; plain text, at most 80 columns wide
// as far as names allow. The numbers are those of the explanation, units and reasons beside them.

#include <string>
#include <vector>

#include "policy/decision.h"

namespace prumo::policy {

/// Several lines, each ending with a newline.
[[nodiscard]] std::string render(const Relief&);
/// The same from what is stored of a decision; without moves it tells why there are none.
[[nodiscard]] std::string render(const Explanation&, const std::vector<Move>& moves);

}  // namespace prumo::policy
