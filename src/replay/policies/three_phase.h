#pragma once
// The documented policy, by the very code that the daemon decides with. [IME13 §5]

#include "policy/parameters.h"
#include "src/replay/policy.h"

namespace prumo::replay {

class ThreePhase final : public Policy {
 public:
  explicit ThreePhase(const policy::Parameters& parameters) : parameters_(parameters) {}
  std::vector<Proposal> decide(const View&) override;

 private:
  policy::Parameters parameters_;
};

}  // namespace prumo::replay
