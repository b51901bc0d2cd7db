#pragma once
// Each host decides alone to lower the standard deviation of cpu load (Zhao and Huang 2009, the
// distributed design), our reading of the rule: a host above the mean moves the VM to the host with
// which the deviation falls most.
//
// What we chose where it is left open: a host acts only when its smoothed cpu utilisation is more
// than 0.10 above the mean, so that noise moves nothing; one VM at a time; destinations stay at
// most the target. Hosts decide on the same figures without asking each other; of two that choose
// one destination the lower id has it, since a host receives one VM at a time.

#include "policy/parameters.h"
#include "src/replay/policy.h"

namespace prumo::replay {

class Stddev final : public Policy {
 public:
  explicit Stddev(const policy::Parameters& parameters) : parameters_(parameters) {}
  std::vector<Proposal> decide(const View&) override;

 private:
  policy::Parameters parameters_;
};

}  // namespace prumo::replay
