#pragma once
// When a migration is given up: when it takes longer than allowed, or when what is left to copy has
// not come to a new low for too long, as of a VM that writes faster than the link copies.

#include <limits>
#include <string>

#include "src/core/time.h"

namespace prumo::hypervisor {

class MigrationWatch {
 public:
  MigrationWatch(Duration longest, Duration stalled) : longest_(longest), stalled_(stalled) {}

  /// Notes how much was left `elapsed` after the start. Returns why it is time to give up, or
  /// nothing.
  [[nodiscard]] std::string look(Duration elapsed, double remaining_mib);
  /// The same when the hypervisor did not say how much is left.
  [[nodiscard]] std::string look(Duration elapsed) const;

 private:
  Duration longest_;
  Duration stalled_;
  double lowest_mib_ = std::numeric_limits<double>::infinity();
  Duration lowest_at_{0};
};

}  // namespace prumo::hypervisor
