// The checkers can fail: each mechanism taken away is noticed within a few hundred seeds.

#include <gtest/gtest.h>

#include "tests/simulation/run/campaign.h"

namespace prumo::simulation {
namespace {

constexpr std::uint64_t kMostSeeds = 300;
constexpr std::uint64_t kSafeSeeds = 3;

class WithoutMechanism : public testing::TestWithParam<Weakening> {};

TEST_P(WithoutMechanism, IsNoticed) {
  CampaignPlan plan;
  plan.without = &GetParam();
  for (std::uint64_t seed = 1; seed <= kMostSeeds; ++seed) {
    const Report report = run(scenario_of(seed, plan));
    if (!report.violation) continue;
    const int violated = report.violation->invariant;
    if (violated == GetParam().invariant || (GetParam().invariant == 0 && violated != 8)) return;
  }
  FAIL() << "nothing was violated although it is not so that " << GetParam().mechanism;
}

TEST_P(WithoutMechanism, WasWhatKeptThatScenarioSafe) {
  for (std::uint64_t seed = 1; seed <= kSafeSeeds; ++seed) {
    Scenario scenario = draw_scenario(seed);
    GetParam().bias(scenario);
    if (GetParam().invariant != 8) scenario.quiet_within = Duration{0};
    const Report report = run_and_explain(scenario);
    EXPECT_FALSE(report.violation.has_value()) << explain(report);
  }
}

INSTANTIATE_TEST_SUITE_P(Simulation, WithoutMechanism, testing::ValuesIn(weakenings()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace prumo::simulation
