#pragma once
// A load that is constant, or changes in steps over time: what a simulated VM or host does.
//
// Written as one number, "1.5", or as steps VALUE@SECONDS, "0.5@0 3.0@20 0.5@60": from second 20 on
// it is 3.0. Before its first step a pattern has the value of that step.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/core/result.h"

namespace prumo::hypervisor {

class LoadPattern {
 public:
  LoadPattern() = default;
  explicit LoadPattern(double constant) : steps_{{0, constant}} {}

  /// Errors: not a pattern, a negative or infinite number, steps whose seconds do not ascend, more
  /// than 1000.
  [[nodiscard]] static Result<LoadPattern> parse(std::string_view text);

  [[nodiscard]] double at(double seconds) const;
  [[nodiscard]] std::string text() const;
  bool operator==(const LoadPattern&) const = default;

 private:
  std::vector<std::pair<double, double>> steps_{
      {0, 0}};  ///< (from second, value), ascending; never empty
};

/// A finite number that is not negative, and nothing after it.
[[nodiscard]] Result<double> parse_amount(std::string_view text);
/// The shortest text that reads back as the same number.
[[nodiscard]] std::string amount_text(double amount);

}  // namespace prumo::hypervisor
