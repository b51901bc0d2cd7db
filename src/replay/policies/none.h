#pragma once
// Nothing moves: what the others are measured against.

#include "src/replay/policy.h"

namespace prumo::replay {

class None final : public Policy {
 public:
  std::vector<Proposal> decide(const View&) override { return {}; }
};

}  // namespace prumo::replay
