#include "src/replay/policies/adaptive.h"

#include <algorithm>

#include "src/replay/policies/deviation.h"
#include "src/replay/policies/hot.h"

namespace prumo::replay {
namespace {

constexpr double kStep = 0.01;
constexpr double kLowest = 0.50;
constexpr double kHighest = 0.99;

}  // namespace

std::vector<Proposal> Adaptive::decide(const View& view) {
  deviation_before_.resize(view.hosts.size());
  const double deviation = spread_of(view).deviation;
  for (Index h = 0; h < view.hosts.size(); ++h) {
    std::optional<double>& before = deviation_before_[h];
    if (!before || !view.hosts[h].may_ask) continue;
    threshold_ = std::clamp(threshold_ + (deviation < *before ? -kStep : kStep), kLowest, kHighest);
    before.reset();
  }
  std::vector<Proposal> all;
  std::set<HostId> taken;
  for (const Index h : hot_hosts(view, threshold_)) {
    const auto best = best_move(view, h, parameters_, taken);
    if (!best) {
      all.push_back({h, {}, "no move lowers the standard deviation"});
      continue;
    }
    taken.insert(view.snapshot.hosts[best->move.to].id);
    deviation_before_[h] = deviation;
    all.push_back({h, {best->move}, {}});
  }
  return all;
}

}  // namespace prumo::replay
