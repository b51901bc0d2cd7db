#include "src/replay/policies/hot.h"

#include <algorithm>
#include <tuple>

#include "policy/cost.h"
#include "policy/overload.h"

namespace prumo::replay {

std::vector<Index> hot_hosts(const View& view, double limit) {
  std::vector<Index> hot;
  for (Index h = 0; h < view.hosts.size(); ++h) {
    const HostView& host = view.hosts[h];
    if (host.may_ask && policy::overloaded(host.utilisation, Micro::of(limit))) hot.push_back(h);
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

}  // namespace prumo::replay
