#pragma once
// The daemon's clocks. Decisions see only boot time; people see wall-clock time.

#include <cstdint>
#include <string>

#include "src/core/result.h"
#include "src/core/time.h"

namespace prumo::daemon {

/// CLOCK_BOOTTIME: goes on while the host is suspended, never jumps.
[[nodiscard]] Instant now();
/// Milliseconds since 1970, UTC.
[[nodiscard]] std::int64_t unix_ms();
/// "2024-05-01T14:02:11.402+02:00", local time.
[[nodiscard]] std::string iso_time(std::int64_t unix_ms);
/// The kernel's boot id. Error: /proc is not mounted.
[[nodiscard]] Result<std::string> boot_id();
/// 64 bits from the kernel's random source.
[[nodiscard]] std::uint64_t random_seed();

}  // namespace prumo::daemon
