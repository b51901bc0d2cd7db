#pragma once
// A decision for people: what moves, why, and why nothing else; plain text, at most 80 columns wide
// as far as names allow. The numbers are those of the explanation, units and reasons beside them.

#include <string>
#include <vector>

#include "policy/decision.h"

namespace prumo::policy {

struct View {
  bool full = false;  ///< every verdict that is there; else those that matter most
  std::string round;  ///< "round 7.31, 14:02:11, by h5"; empty: not of a round
  std::string more = "--format json lists them";  ///< where the verdicts not shown are
};

/// Several lines, each ending with a newline.
[[nodiscard]] std::string render(const Relief&, const View& = {});
/// The same from what is stored of a decision; without moves it tells why there are none.
[[nodiscard]] std::string render(const Explanation&, const std::vector<Move>& moves,
                                 const View& = {});
/// Where one VM could go: "Where web3 fits, fullest first" and a line per host; empty when no host
/// was noted for it.
[[nodiscard]] std::string render_places(const Explanation&, const VmId&, const View&);
/// "web3 from h1 to h3", "web3 to h3 and db1 to h2, from h1", "no relief for h1".
[[nodiscard]] std::string summary(const HostId& host, const std::vector<Move>& moves);

}  // namespace prumo::policy
