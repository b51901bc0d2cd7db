#pragma once
// Phase 1: is this host overloaded? [IME13 §5.1] Strictly above the limit on any smoothed
// utilisation.

#include <string>
#include <vector>

#include "src/core/units.h"

namespace prumo::policy {

/// The resources strictly above `limit`, the worst first; ties in the order cpu, memory, network.
[[nodiscard]] std::vector<Resource> exceeding(const Utilisation&, Micro limit);

[[nodiscard]] inline bool overloaded(const Utilisation& u, Micro limit) {
  return u.cpu > limit || u.memory > limit || u.network > limit;
}

/// "cpu 0.934 > 0.900", more than one joined by ", "; empty when nothing exceeds.
[[nodiscard]] std::string overload_text(const Utilisation&, Micro limit);

}  // namespace prumo::policy
