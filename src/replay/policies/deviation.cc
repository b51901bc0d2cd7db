#include "src/replay/policies/deviation.h"

#include <cmath>

#include "policy/problem.h"
#include "src/replay/policies/hot.h"

namespace prumo::replay {

Spread spread_of(const View& view) {
  double sum = 0;
  double squares = 0;
  for (const HostView& host : view.hosts) {
    const double u = host.utilisation.cpu.as_double();
    sum += u;
    squares += u * u;
  }
  const auto n = static_cast<double>(view.hosts.size());
  if (n == 0) return {};
  return {sum / n, std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)))};
}

std::optional<BestMove> best_move(const View& view, Index host, const policy::Parameters& p,
                                  const std::set<HostId>& taken) {
  const policy::Problem problem = problem_of(view, host, p, taken);
  const Spread before = spread_of(view);
  const auto n = static_cast<double>(view.hosts.size());
  // Only source and destination change, so sum and sum of squares are mended rather than made anew.
  const double sum = before.mean * n;
  const double squares = (before.deviation * before.deviation + before.mean * before.mean) * n;
  std::optional<BestMove> best;
  for (const policy::Candidate& c : problem.candidates) {
    for (const std::size_t d : emptiest_takers(problem, c)) {
      const policy::Destination& to = problem.destinations[d];
      const double s0 = problem.utilisation.cpu.as_double();
      const double s1 = c.source_without.cpu.as_double();
      const double d0 = to.utilisation.cpu.as_double();
      const double d1 = policy::with_vm(c, to).cpu.as_double();
      const double mean = (sum - s0 + s1 - d0 + d1) / n;
      const double mended = squares - s0 * s0 + s1 * s1 - d0 * d0 + d1 * d1;
      const double deviation = std::sqrt(std::max(0.0, mended / n - mean * mean));
      if (deviation >= before.deviation || (best && deviation >= best->deviation)) continue;
      best = BestMove{{vm_index(view, c), host_index(view, to), c.cost}, deviation};
    }
  }
  return best;
}

}  // namespace prumo::replay
