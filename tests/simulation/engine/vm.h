#pragma once
// A VM as the world knows it: what it uses over time, and what a migration of it would copy.

#include <cstddef>
#include <string>
#include <vector>

#include "src/core/ids.h"
#include "src/core/units.h"
#include "tests/simulation/engine/true_time.h"

namespace prumo::simulation {

/// Piecewise constant usage.
class LoadTrace {
 public:
  struct Step {
    TrueTime from;
    Resources usage;
  };
  LoadTrace() = default;
  /// Requires: steps ascend in time, and there is at least one.
  explicit LoadTrace(std::vector<Step> steps) : steps_(std::move(steps)) {}

  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] Resources at(TrueTime when) const {
    Resources usage = steps_.front().usage;
    for (const Step& step : steps_) {
      if (step.from > when) break;
      usage = step.usage;
    }
    return usage;
  }

 private:
  std::vector<Step> steps_;
};

struct VmSpec {
  VmId id;
  std::string name;
  std::size_t home = 0;  ///< index of the host on which it runs at the start
  LoadTrace load;
  double memory_mib = 0;   ///< configured
  double dirty_mib_s = 0;  ///< how fast it dirties its memory
  bool autostart = false;
  std::string pinned;
};

}  // namespace prumo::simulation
