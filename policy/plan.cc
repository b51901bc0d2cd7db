#include "policy/plan.h"

#include <algorithm>
#include <tuple>

#include "policy/choice.h"
#include "policy/conclusion.h"
#include "policy/cost.h"
#include "policy/explain.h"
#include "policy/overload.h"

namespace prumo::policy {
namespace {

Move move_of(const Problem& p, std::size_t vm, std::size_t host) {
  const Candidate& c = p.candidates[vm];
  return {c.vm->id, c.name(), c.vm->host,     p.destinations[host].host->id,
          c.cost,   c.volume, c.vm->image_mib};
}

}  // namespace

Relief relieve(const Snapshot& snapshot, const HostId& host, const Parameters& parameters,
               const std::set<HostId>& taken) {
  Relief relief;
  relief.host = host;
  relief.explanation.host = host;
  const auto source = std::find_if(snapshot.hosts.begin(), snapshot.hosts.end(),
                                   [&host](const Host& h) { return h.id == host; });
  if (source == snapshot.hosts.end()) {
    relief.infeasible = "no figures of this host";
    relief.explanation.conclusion = relief.infeasible;
    return relief;
  }
  const Problem problem = lay_out(snapshot, *source, parameters, taken);
  const Choice choice = choose(problem, parameters);
  for (std::size_t i = 0; i < choice.vms.size(); ++i) {
    relief.moves.push_back(move_of(problem, choice.vms[i], choice.hosts[i]));
  }
  if (choice.vms.empty()) relief.infeasible = why_not(problem, parameters, choice);
  relief.partial = choice.partial;
  relief.explanation = explain(problem, parameters, choice);
  return relief;
}

Decision plan(const Snapshot& snapshot, const Parameters& parameters) {
  struct Hot {
    Micro worst;
    HostId id;
  };
  std::vector<Hot> hot;
  for (const Host& host : snapshot.hosts) {
    const Utilisation u = utilisation_of(host.usage, host.capacity);
    if (overloaded(u, Micro::of(parameters.overload))) hot.push_back({u[worst_of(u)], host.id});
  }
  std::sort(hot.begin(), hot.end(), [](const Hot& a, const Hot& b) {
    return std::tie(b.worst, a.id) < std::tie(a.worst, b.id);
  });

  Decision decision;
  std::set<HostId> taken;
  for (const Hot& h : hot) {
    decision.reliefs.push_back(relieve(snapshot, h.id, parameters, taken));
    for (const Move& move : decision.reliefs.back().moves) taken.insert(move.to);
  }
  return decision;
}

}  // namespace prumo::policy
