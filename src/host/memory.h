#pragma once
// Memory of the host from /proc/meminfo. MemAvailable is the kernel's own estimate of what can
// still be taken without swapping. Huge pages that nobody uses are not spent, although they are not
// in MemAvailable.

#include <string_view>

#include "src/core/result.h"

namespace prumo::host {

/// MiB.
struct Memory {
  double total = 0;
  double used = 0;  ///< in [0, total]
  double available =
      0;  ///< for one more VM: of the huge pages where most of the memory is reserved as such
};

/// Errors: MemTotal or MemAvailable is missing or 0.
[[nodiscard]] Result<Memory> parse_memory(std::string_view meminfo);

}  // namespace prumo::host
