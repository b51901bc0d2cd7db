#include "policy/choice.h"

#include <optional>

#include "policy/cost.h"
#include "policy/matching.h"
#include "policy/search.h"

namespace prumo::policy {
namespace {

/// The VM that has a destination and lowers the worst resource the most; the cheapest of equals.
std::optional<std::size_t> best_partial(const Problem& p) {
  const Resource worst = worst_of(p.utilisation);
  std::optional<std::size_t> best;
  Micro lowest = p.utilisation[worst];
  for (std::size_t i = 0; i < p.candidates.size(); ++i) {
    const Candidate& c = p.candidates[i];
    if (c.takers.empty() || c.source_without[worst] >= lowest) continue;
    if (p.utilisation[worst] - c.source_without[worst] < p.min_gain) continue;
    lowest = c.source_without[worst];
    best = i;
  }
  return best;
}

}  // namespace

Choice choose(const Problem& p, const Parameters& parameters) {
  Choice choice;
  if (at_most(p.utilisation, p.target)) return choice;

  const SearchResult found = search(p, parameters.objective, parameters.work_limit);
  choice.nodes = found.nodes;
  choice.limit_reached = found.limit_reached;
  choice.vms = found.chosen;
  if (choice.vms.empty() && parameters.allow_partial) {
    if (const auto vm = best_partial(p)) {
      choice.vms = {*vm};
      choice.partial = true;
    }
  }

  std::vector<const Takers*> takers;
  for (const std::size_t i : choice.vms) takers.push_back(&p.candidates[i].takers);
  choice.hosts = assign(takers, p.destinations.size()).value_or(std::vector<std::size_t>{});
  return choice;
}

}  // namespace prumo::policy
