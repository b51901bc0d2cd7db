#pragma once
// The times of a trace: seconds, HH:MM:SS, or ISO 8601.

#include <cstdint>
#include <optional>
#include <string_view>

#include "src/core/time.h"

namespace prumo::trace {

enum class TimeForm : std::uint8_t { kSeconds, kClock, kIso };

struct TraceTime {
  Duration time{0};  ///< since 0, midnight, or 1970
  TimeForm form = TimeForm::kSeconds;
};

/// Nothing when it is no time: "12.5", "16:17:51", "2011-03-03T16:17:51Z", "…+01:00", "….250"; an
/// ISO time without a zone is taken as UTC.
[[nodiscard]] std::optional<TraceTime> parse_time(std::string_view text);

/// A number that is finite and not negative, at most 1e15.
[[nodiscard]] std::optional<double> parse_amount(std::string_view text);

}  // namespace prumo::trace
