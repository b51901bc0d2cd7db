#include "src/replay/policies/most_free.h"

#include "policy/choice.h"
#include "policy/matching.h"
#include "src/replay/policies/hot.h"

namespace prumo::replay {

std::vector<Proposal> MostFree::decide(const View& view) {
  std::vector<Proposal> all;
  std::set<HostId> taken;
  for (const Index h : hot_hosts(view, parameters_.overload, parameters_.hold)) {
    const policy::Problem problem = problem_of(view, h, parameters_, taken);
    const policy::Choice choice = policy::choose(problem, parameters_);
    Proposal proposal{h, {}, {}};
    std::vector<policy::Takers> emptiest;
    for (const std::size_t vm : choice.vms)
      emptiest.push_back(emptiest_takers(problem, problem.candidates[vm]));
    std::vector<const policy::Takers*> wanted;
    for (const policy::Takers& takers : emptiest) wanted.push_back(&takers);
    const auto hosts = policy::assign(wanted, problem.destinations.size());
    for (std::size_t i = 0; hosts && i < choice.vms.size(); ++i) {
      const policy::Candidate& c = problem.candidates[choice.vms[i]];
      const policy::Destination& d = problem.destinations[(*hosts)[i]];
      proposal.moves.push_back({vm_index(view, c), host_index(view, d), c.cost});
      taken.insert(d.host->id);
    }
    all.push_back(std::move(proposal));
  }
  return all;
}

}  // namespace prumo::replay
