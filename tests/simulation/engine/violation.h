#pragma once
// What a checker found. The first one ends the run.

#include <optional>
#include <string>
#include <utility>

#include "tests/simulation/engine/true_time.h"

namespace prumo::simulation {

struct Violation {
  int invariant = 0;  ///< number in the list of ARCHITECTURE.md
  std::string text;
  TrueTime when{0};
};

class Verdict {
 public:
  void violated(int invariant, TrueTime when, std::string text) {
    if (!first_) first_ = Violation{invariant, std::move(text), when};
  }
  [[nodiscard]] bool bad() const { return first_.has_value(); }
  [[nodiscard]] const std::optional<Violation>& first() const { return first_; }

 private:
  std::optional<Violation> first_;
};

}  // namespace prumo::simulation
