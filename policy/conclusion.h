#pragma once
// The words for what was decided: why the chosen won, or why nothing can be done and what would
// help.

#include <string>

#include "policy/choice.h"

namespace prumo::policy {

/// Why nothing is enough, in one clause: "no host takes any set of its VMs that would be enough".
/// Requires: the choice is empty or partial.
[[nodiscard]] std::string why_not(const Problem&, const Parameters&, const Choice&);

/// The whole conclusion; its clauses are separated by "; ".
[[nodiscard]] std::string conclude(const Problem&, const Parameters&, const Choice&);

/// "chosen because" of one VM: "cheapest, and enough". Requires: `candidate` is among the chosen.
[[nodiscard]] std::string why_chosen(const Problem&, const Choice&, std::size_t candidate);

}  // namespace prumo::policy
