#pragma once
// Thresholds learned from whether past migrations lowered the standard deviation (Choi et al.
// 2008), our reading of the rule: a host above its learned threshold moves the VM that lowers the
// deviation of cpu load most; when the deviation then is lower, the threshold falls, and else it
// rises.
//
// What we chose where it is left open: one threshold for the cluster, 0.01 a step, from `overload`,
// between 0.50 and 0.99; a migration is judged when its source may ask again, that is after it has
// settled; one VM at a time, to destinations that stay at most the target.

#include <optional>
#include <vector>

#include "policy/parameters.h"
#include "src/replay/policy.h"

namespace prumo::replay {

class Adaptive final : public Policy {
 public:
  explicit Adaptive(const policy::Parameters& parameters)
      : parameters_(parameters), threshold_(parameters.overload) {}
  std::vector<Proposal> decide(const View&) override;
  [[nodiscard]] double threshold() const { return threshold_; }

 private:
  policy::Parameters parameters_;
  double threshold_;
  std::vector<std::optional<double>>
      deviation_before_;  ///< of each host's last move, not judged yet
};

}  // namespace prumo::replay
