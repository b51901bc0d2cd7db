#pragma once
// CPU time of the host from /proc/stat. A guest's time stands there twice, as `guest` and within
// `user`, so the second is left out; waiting for a disk is idle time.

#include <array>
#include <cstdint>
#include <string_view>

#include "src/core/result.h"

namespace prumo::host {

/// Counted since boot, in ticks.
struct CpuTimes {
  /// user, nice, system, idle, iowait, irq, softirq, steal
  std::array<std::uint64_t, 8> ticks{};
  std::uint32_t cpus = 0;  ///< online
};

/// Errors: the text has no `cpu` line with at least four numbers.
[[nodiscard]] Result<CpuTimes> parse_cpu_times(std::string_view stat);

/// Share of all CPU time that was spent, in [0, 1]; negative when no time passed between the two. A
/// counter that went back (a CPU went offline; iowait does it by itself) counts as not moved.
[[nodiscard]] double busy_share(const CpuTimes& before, const CpuTimes& after);

}  // namespace prumo::host
