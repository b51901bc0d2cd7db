#include "src/replay/policies/hot.h"

#include <algorithm>
#include <tuple>

#include "policy/conclusion.h"
#include "policy/cost.h"
#include "policy/overload.h"

namespace prumo::replay {

std::vector<Index> hot_hosts(const View& view, double limit, std::uint32_t hold) {
  std::vector<Index> hot;
  for (Index h = 0; h < view.hosts.size(); ++h) {
    const HostView& host = view.hosts[h];
    if (host.may_ask && host.confirmed && host.hot_for >= hold &&
        policy::overloaded(host.utilisation, Micro::of(limit))) {
      hot.push_back(h);
    }
  }
  const auto worst = [&view](Index h) {
    const Utilisation& u = view.hosts[h].utilisation;
    return u[policy::worst_of(u)];
  };
  std::sort(hot.begin(), hot.end(), [&](Index a, Index b) {
    return std::tuple(worst(b), view.snapshot.hosts[a].id) <
           std::tuple(worst(a), view.snapshot.hosts[b].id);
  });
  return hot;
}

policy::Problem problem_of(const View& view, Index host, const policy::Parameters& parameters,
                           const std::set<HostId>& taken) {
  std::vector<const policy::Vm*> vms;
  for (const Index v : view.hosts[host].vms) vms.push_back(&view.snapshot.vms[v]);
  return policy::lay_out(view.snapshot, view.snapshot.hosts[host], vms, parameters, taken);
}

std::vector<Proposal> relieve_hot(const View& view, const policy::Parameters& parameters,
                                  const Places& places) {
  std::vector<Proposal> all;
  std::set<HostId> taken;
  for (const Index h : hot_hosts(view, parameters.overload, parameters.hold)) {
    const policy::Problem problem = problem_of(view, h, parameters, taken);
    const policy::Choice choice = policy::choose(problem, parameters);
    Proposal proposal{h, {}, {}};
    const std::vector<std::size_t> hosts = places(problem, choice);
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      const policy::Candidate& c = problem.candidates[choice.vms[i]];
      const policy::Destination& d = problem.destinations[hosts[i]];
      proposal.moves.push_back({vm_index(view, c), host_index(view, d), c.cost});
      taken.insert(d.host->id);
    }
    if (choice.vms.empty() && view.reasons)
      proposal.reason = policy::why_not(problem, parameters, choice);
    all.push_back(std::move(proposal));
  }
  return all;
}

policy::Takers emptiest_takers(const policy::Problem& problem, const policy::Candidate& c) {
  policy::Takers takers;
  if (!c.stays.empty()) return takers;
  for (std::size_t d = problem.destinations.size(); d-- > 0;)
    if (policy::fits(problem, c, problem.destinations[d])) takers.push_back(d);
  return takers;
}

}  // namespace prumo::replay
