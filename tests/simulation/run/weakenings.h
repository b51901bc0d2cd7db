#pragma once
// Ways to take one mechanism away, each in a scenario biased towards what it protects from. A
// checker that finds nothing under any of them would find nothing at all. The bias alone, with
// every mechanism in place, must violate nothing.

#include <string>
#include <vector>

#include "tests/simulation/engine/scenario.h"

namespace prumo::simulation {

struct Weakening {
  std::string name;
  std::string mechanism;  ///< what is taken away, as a sentence that is then no longer true
  int invariant = 0;      ///< that it protects; 0: any but the last; 8: it is liveness that suffers
  void (*bias)(Scenario&) = nullptr;
  void (*take_away)(Scenario&) = nullptr;
};

[[nodiscard]] const std::vector<Weakening>& weakenings();
/// Null: there is none of that name.
[[nodiscard]] const Weakening* find_weakening(const std::string& name);

}  // namespace prumo::simulation
