#include "src/replay/policies/three_phase.h"

#include "policy/choice.h"
#include "policy/conclusion.h"
#include "policy/problem.h"
#include "src/replay/policies/hot.h"

namespace prumo::replay {

std::vector<Proposal> ThreePhase::decide(const View& view) {
  std::vector<Proposal> all;
  std::set<HostId> taken;
  for (const Index h : hot_hosts(view, parameters_.overload, parameters_.hold)) {
    const policy::Problem problem = problem_of(view, h, parameters_, taken);
    const policy::Choice choice = policy::choose(problem, parameters_);
    Proposal proposal{h, {}, {}};
    for (std::size_t i = 0; i < choice.vms.size(); ++i) {
      const policy::Candidate& c = problem.candidates[choice.vms[i]];
      const policy::Destination& d = problem.destinations[choice.hosts[i]];
      proposal.moves.push_back({vm_index(view, c), host_index(view, d), c.cost});
      taken.insert(d.host->id);
    }
    if (choice.vms.empty() && view.reasons)
      proposal.reason = policy::why_not(problem, parameters_, choice);
    all.push_back(std::move(proposal));
  }
  return all;
}

}  // namespace prumo::replay
