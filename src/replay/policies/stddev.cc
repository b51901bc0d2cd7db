#include "src/replay/policies/stddev.h"

#include "src/replay/policies/deviation.h"

namespace prumo::replay {
namespace {

constexpr double kAboveMean = 0.10;

}  // namespace

std::vector<Proposal> Stddev::decide(const View& view) {
  const double mean = spread_of(view).mean;
  std::vector<Proposal> all;
  std::set<HostId> taken;
  for (Index h = 0; h < view.hosts.size(); ++h) {
    const HostView& host = view.hosts[h];
    if (!host.may_ask || host.utilisation.cpu.as_double() <= mean + kAboveMean) continue;
    const auto best = best_move(view, h, parameters_, {});
    if (!best || !taken.insert(view.snapshot.hosts[best->move.to].id).second) continue;
    all.push_back({h, {best->move}, {}});
  }
  return all;
}

}  // namespace prumo::replay
