#include "src/replay/policies/hot.h"

#include <algorithm>
#include <tuple>

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

policy::Takers emptiest_takers(const policy::Problem& problem, const policy::Candidate& c) {
  policy::Takers takers;
  if (!c.vm->pinned.empty()) return takers;
  for (std::size_t d = problem.destinations.size(); d-- > 0;)
    if (policy::fits(problem, c, problem.destinations[d])) takers.push_back(d);
  return takers;
}

}  // namespace prumo::replay
