#include "policy/plan.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

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

const Host* find_host(const Snapshot& snapshot, const HostId& id) {
  const auto host = std::find_if(snapshot.hosts.begin(), snapshot.hosts.end(),
                                 [&id](const Host& h) { return h.id == id; });
  return host == snapshot.hosts.end() ? nullptr : &*host;
}

Relief nothing_known_of(const HostId& host) {
  Relief relief;
  relief.host = host;
  relief.infeasible = "no figures of this host";
  relief.explanation.host = host;
  relief.explanation.conclusion = relief.infeasible;
  return relief;
}

/// The VMs of each of some hosts, in one walk over all.
using VmsOf = std::map<HostId, std::vector<const Vm*>>;
void collect(const Snapshot& snapshot, VmsOf& vms_of) {
  // VMs of a host mostly stand together.
  const HostId* last = nullptr;
  std::vector<const Vm*>* list = nullptr;
  for (const Vm& vm : snapshot.vms) {
    if (last == nullptr || vm.host != *last) {
      const auto it = vms_of.find(vm.host);
      list = it == vms_of.end() ? nullptr : &it->second;
      last = &vm.host;
    }
    if (list != nullptr) list->push_back(&vm);
  }
}

Relief relieve(const Snapshot& snapshot, const Host& source, const std::vector<const Vm*>& vms,
               const Parameters& parameters, const std::set<HostId>& taken, Detail detail) {
  const Problem problem = lay_out(snapshot, source, vms, parameters, taken);
  const Choice choice = choose(problem, parameters);
  Relief relief;
  relief.host = source.id;
  for (std::size_t i = 0; i < choice.vms.size(); ++i) {
    relief.moves.push_back(move_of(problem, choice.vms[i], choice.hosts[i]));
  }
  if (choice.vms.empty()) relief.infeasible = why_not(problem, parameters, choice);
  relief.partial = choice.partial;
  relief.explanation = explain(problem, parameters, choice, detail);
  return relief;
}

}  // namespace

Relief relieve(const Snapshot& snapshot, const HostId& host, const Parameters& parameters,
               const std::set<HostId>& taken) {
  if (const Host* source = find_host(snapshot, host)) {
    VmsOf vms_of{{host, {}}};
    collect(snapshot, vms_of);
    return relieve(snapshot, *source, vms_of[host], parameters, taken, Detail::kBounded);
  }
  return nothing_known_of(host);
}

std::vector<Relief> decide(const RoundInput& input, Detail detail) {
  constexpr std::uint64_t kLeastWork = 1000;
  VmsOf vms_of;
  for (const Asking& asking : input.asking) vms_of[asking.host];
  collect(input.snapshot, vms_of);
  Parameters parameters = input.parameters;
  if (!input.asking.empty()) {
    parameters.work_limit = std::max(kLeastWork, parameters.work_limit / input.asking.size());
  }
  std::vector<Relief> reliefs;
  std::set<HostId> taken;
  for (const Asking& asking : input.asking) {
    const Host* source = find_host(input.snapshot, asking.host);
    reliefs.push_back(source == nullptr ? nothing_known_of(asking.host)
                                        : relieve(input.snapshot, *source, vms_of[asking.host],
                                                  parameters, taken, detail));
    if (asking.advice) continue;
    for (const Move& move : reliefs.back().moves) taken.insert(move.to);
  }
  return reliefs;
}

Decision plan(const Snapshot& snapshot, const Parameters& parameters, Detail detail) {
  struct Hot {
    Micro worst;
    const Host* host;
  };
  std::vector<Hot> hot;
  VmsOf vms_of;
  for (const Host& host : snapshot.hosts) {
    const Utilisation u = utilisation_of(host.usage, host.capacity);
    if (!overloaded(u, Micro::of(parameters.overload))) continue;
    hot.push_back({u[worst_of(u)], &host});
    vms_of[host.id];
  }
  std::sort(hot.begin(), hot.end(), [](const Hot& a, const Hot& b) {
    return std::tie(b.worst, a.host->id) < std::tie(a.worst, b.host->id);
  });
  collect(snapshot, vms_of);

  Decision decision;
  std::set<HostId> taken;
  for (const Hot& h : hot) {
    decision.reliefs.push_back(
        relieve(snapshot, *h.host, vms_of[h.host->id], parameters, taken, detail));
    for (const Move& move : decision.reliefs.back().moves) taken.insert(move.to);
  }
  return decision;
}

}  // namespace prumo::policy
