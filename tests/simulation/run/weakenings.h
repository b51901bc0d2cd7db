#pragma once
// Ways to take one mechanism away, each with a scenario biased towards what it protects from. A
// checker that finds nothing under any of them would find nothing at all.

#include <string>
#include <vector>

#include "tests/simulation/engine/scenario.h"

namespace prumo::simulation {

struct Weakening {
  std::string name;
  std::string mechanism;  ///< what is taken away
  int invariant = 0;      ///< that it protects; 0: any
  void (*apply)(Scenario&) = nullptr;
  /// A random campaign notices. Otherwise another mechanism nearly always stands in for this one.
  bool at_random = true;
};

[[nodiscard]] const std::vector<Weakening>& weakenings();
/// Null: there is none of that name.
[[nodiscard]] const Weakening* find_weakening(const std::string& name);

}  // namespace prumo::simulation
