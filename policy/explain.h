#pragma once
// The reasons of a decision, kept with it: what each VM would have done for the host, and what each
// considered host said. The decision itself never rests on any of this.
//
// It is kept with every decision and travels with every order, so it is short: of the VMs that
// matter (the chosen, and those that nothing took) the hosts nearest to taking them. The rest can be
// had from the round's input at any time, with Detail::kFull.

#include <cstddef>

#include "policy/choice.h"
#include "policy/decision.h"

namespace prumo::policy {

/// An explanation takes at most this many bytes in any encoding, JSON being the longest; verdicts
/// beyond are dropped and counted in `left_out`, those of the chosen last.
inline constexpr std::size_t kExplanationBytes = 64 * 1024;

[[nodiscard]] Explanation explain(const Problem&, const Parameters&, const Choice&,
                                  Detail = Detail::kBounded);

/// Upper bounds of the length in JSON, with every character escaped that may be.
[[nodiscard]] std::size_t encoded_bytes(const std::string&);
[[nodiscard]] std::size_t encoded_bytes(const VmVerdict&);
[[nodiscard]] std::size_t encoded_bytes(const PairVerdict&);

}  // namespace prumo::policy
