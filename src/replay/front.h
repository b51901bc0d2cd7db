#pragma once

#include <cstdint>
#include <vector>

namespace prumo::replay {

/// What a setting is weighed by; less is better of both.
struct Outcome {
  double overloaded_host_s = 0;
  std::uint64_t migrations = 0;
};

/// Positions of the outcomes that none beats on both (Pareto), least overload first; of equal ones
/// the first.
[[nodiscard]] std::vector<std::size_t> front(const std::vector<Outcome>&);

}  // namespace prumo::replay
