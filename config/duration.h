#pragma once
// Durations as people write them: a number and a unit, "200ms", "1.5s", "2min", "1h", "3d".

#include <optional>
#include <string>
#include <string_view>

#include "src/core/time.h"

namespace prumo::config {

/// Nothing when the text is no duration: no unit, a negative number, or more than a year.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);

/// The shortest text that parses to the same duration: "900ms", "2min", "1.5s".
[[nodiscard]] std::string to_text(Duration);

}  // namespace prumo::config
