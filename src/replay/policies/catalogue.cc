#include "src/replay/policies/catalogue.h"

#include <array>
#include <functional>

#include "src/replay/policies/adaptive.h"
#include "src/replay/policies/most_free.h"
#include "src/replay/policies/none.h"
#include "src/replay/policies/sandpiper.h"
#include "src/replay/policies/stddev.h"
#include "src/replay/policies/three_phase.h"

namespace prumo::replay {
namespace {

struct Entry {
  const char* name;
  std::unique_ptr<Policy> (*make)(const Settings&);
};

template <class P>
std::unique_ptr<Policy> of(const Settings& settings) {
  return std::make_unique<P>(settings.policy);
}

/// The documented policy, which takes the cheapest set of any size instead of the smallest.
std::unique_ptr<Policy> least_cost(const Settings& settings) {
  policy::Parameters parameters = settings.policy;
  parameters.objective = policy::Objective::kLeastCost;
  return std::make_unique<ThreePhase>(parameters);
}

constexpr std::array kAll{
    Entry{"three-phase", of<ThreePhase>},
    Entry{"three-phase-least-cost", least_cost},
    Entry{"sandpiper", of<Sandpiper>},
    Entry{"most-free", of<MostFree>},
    Entry{"stddev", of<Stddev>},
    Entry{"adaptive", of<Adaptive>},
    Entry{"none",
          [](const Settings&) -> std::unique_ptr<Policy> { return std::make_unique<None>(); }},
};

}  // namespace

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kAll) names.emplace_back(entry.name);
  return names;
}

std::unique_ptr<Policy> make_policy(const std::string& name, const Settings& settings) {
  for (const Entry& entry : kAll)
    if (name == entry.name) return entry.make(settings);
  return std::make_unique<None>();
}

}  // namespace prumo::replay
