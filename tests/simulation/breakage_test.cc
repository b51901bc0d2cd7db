// The checkers can fail: each mechanism taken away is noticed within a few hundred seeds.

#include <gtest/gtest.h>

#include "tests/simulation/run/simulation.h"
#include "tests/simulation/run/weakenings.h"

namespace prumo::simulation {
namespace {

constexpr std::uint64_t kMostSeeds = 600;

class WithoutMechanism : public testing::TestWithParam<Weakening> {};

TEST_P(WithoutMechanism, IsNoticed) {
  const Weakening& weakening = GetParam();
  for (std::uint64_t seed = 1; seed <= kMostSeeds; ++seed) {
    Scenario scenario = draw_scenario(seed);
    weakening.apply(scenario);
    scenario.quiet_within = Duration{0};  // it is safety that must be seen to break
    const Report report = run(scenario);
    if (!report.violation || report.violation->invariant == 8) continue;
    if (weakening.invariant == 0 || report.violation->invariant == weakening.invariant) return;
  }
  FAIL() << "nothing was violated although it is not so that " << weakening.mechanism;
}

std::vector<Weakening> noticed_at_random() {
  std::vector<Weakening> list;
  for (const Weakening& weakening : weakenings())
    if (weakening.at_random) list.push_back(weakening);
  return list;
}

INSTANTIATE_TEST_SUITE_P(Simulation, WithoutMechanism, testing::ValuesIn(noticed_at_random()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace prumo::simulation
