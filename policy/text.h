#pragma once
// How the decision words its numbers: utilisations with three decimals, amounts with their unit.

#include <cstddef>
#include <string>
#include <vector>

#include "src/core/time.h"
#include "src/core/units.h"

namespace prumo::policy {

/// "0.934"
[[nodiscard]] std::string number(Micro);
/// "cpu 0.934 > 0.900"; with six decimals where three would print both the same.
[[nodiscard]] std::string above(Resource, Micro value, Micro limit);
/// "1.1 cores", "512 MiB", "40 Mbit/s", rounded up: what is said to be enough must be enough.
[[nodiscard]] std::string amount(Resource, double absolute);
/// "65 ms", "1.2 s".
[[nodiscard]] std::string span(Duration);
/// "a", "a and b", "a, b and c"; beyond `most` names "a, b and 7 more".
[[nodiscard]] std::string listed(const std::vector<std::string>& names, std::size_t most = 4);
/// At most `most` bytes, cut at a character, with "..." where it was cut.
[[nodiscard]] std::string clipped(const std::string&, std::size_t most);

/// To these where several are told in one line.
inline constexpr std::size_t kNameBytes = 40;
inline constexpr std::size_t kReasonBytes = 80;

}  // namespace prumo::policy
