#pragma once
// Destination with the most free resources (Wilcox 2009), our reading of the rule: the VMs that
// leave are chosen as documented, by the same search, and go to the emptiest hosts that fit instead
// of the fullest. What the paper leaves open and we chose: free is measured by the host's volume,
// over all three resources; ties go to the later id.

#include "policy/parameters.h"
#include "src/replay/policy.h"

namespace prumo::replay {

class MostFree final : public Policy {
 public:
  explicit MostFree(const policy::Parameters& parameters) : parameters_(parameters) {}
  std::vector<Proposal> decide(const View&) override;

 private:
  policy::Parameters parameters_;
};

}  // namespace prumo::replay
