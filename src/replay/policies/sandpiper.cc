#include "src/replay/policies/sandpiper.h"

#include <algorithm>
#include <set>

#include "policy/cost.h"
#include "policy/problem.h"
#include "src/replay/policies/hot.h"

namespace prumo::replay {
namespace {

constexpr std::size_t kOf = 5;
constexpr std::size_t kExceed = 3;
constexpr std::size_t kWindow = 20;

/// Highest volume per MiB of image first, ties by id.
std::vector<const policy::Candidate*> by_volume_per_mib(const policy::Problem& problem) {
  std::vector<const policy::Candidate*> order;
  for (const policy::Candidate& c : problem.candidates) order.push_back(&c);
  const auto density = [](const policy::Candidate* c) {
    return c->volume.as_double() / std::max(c->vm->image_mib, 1.0);
  };
  std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
    const double of_a = density(a);
    const double of_b = density(b);
    return of_a != of_b ? of_a > of_b : a->vm->id < b->vm->id;
  });
  return order;
}

}  // namespace

double forecast(const std::vector<double>& series) {
  double mean = 0;
  for (const double x : series) mean += x;
  mean /= static_cast<double>(series.size());
  double together = 0;
  double alone = 0;
  for (std::size_t i = 0; i + 1 < series.size(); ++i) {
    together += (series[i] - mean) * (series[i + 1] - mean);
    alone += (series[i] - mean) * (series[i] - mean);
  }
  const double kept = alone > 0 ? std::clamp(together / alone, -1.0, 1.0) : 0;
  return mean + kept * (series.back() - mean);
}

bool Sandpiper::hot(const History& history) const {
  const double limit = parameters_.overload;
  for (const Resource r : kResources) {
    const auto last = std::min(kOf, history.size());
    const auto above =
        std::count_if(history.end() - static_cast<std::ptrdiff_t>(last), history.end(),
                      [&](const Utilisation& u) { return u[r] > Micro::of(limit); });
    if (above < static_cast<std::ptrdiff_t>(kExceed)) continue;
    std::vector<double> series;
    for (const Utilisation& u : history) series.push_back(u[r].as_double());
    if (forecast(series) > limit) return true;
  }
  return false;
}

std::vector<Proposal> Sandpiper::decide(const View& view) {
  history_.resize(view.hosts.size());
  std::vector<Proposal> all;
  std::set<HostId> taken;
  for (Index h = 0; h < view.hosts.size(); ++h) {
    const HostView& host = view.hosts[h];
    if (host.sampled) {
      history_[h].push_back(policy::utilisation_of(host.measured, view.snapshot.hosts[h].capacity));
      if (history_[h].size() > kWindow) history_[h].pop_front();
    }
    if (!host.may_ask || !hot(history_[h])) continue;
    const policy::Problem problem = problem_of(view, h, parameters_, taken);
    Proposal proposal{h, {}, "no host takes any of its VMs"};
    Utilisation left = history_[h].back();
    for (const policy::Candidate* c : by_volume_per_mib(problem)) {
      if (policy::at_most(left, problem.target)) break;
      const policy::Takers takers = emptiest_takers(problem, *c);
      const auto to = std::find_if(takers.begin(), takers.end(), [&](std::size_t d) {
        return !taken.contains(problem.destinations[d].host->id);
      });
      if (to == takers.end()) continue;
      const policy::Destination& d = problem.destinations[*to];
      taken.insert(d.host->id);
      proposal.moves.push_back({vm_index(view, *c), host_index(view, d), c->cost});
      left = policy::without(left, c->on_source);
    }
    if (!proposal.moves.empty()) proposal.reason.clear();
    all.push_back(std::move(proposal));
  }
  return all;
}

}  // namespace prumo::replay
