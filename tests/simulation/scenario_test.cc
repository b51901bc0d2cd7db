#include "tests/simulation/engine/scenario.h"

#include <gtest/gtest.h>

#include <set>

namespace prumo::simulation {
namespace {

TEST(Scenario, KeepsEveryParameterLegal) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed)
    ASSERT_EQ(check(draw_scenario(seed).parameters), "") << "seed " << seed;
}

TEST(Scenario, DrawsOneHostAndFifty) {
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed)
    sizes.insert(draw_scenario(seed).members.size());
  EXPECT_EQ(sizes, (std::set<std::size_t>{1, 2, 3, 5, 7, 15, 50}));
}

TEST(Scenario, ClonesOneHostInSomeRuns) {
  std::size_t clones = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const Scenario s = draw_scenario(seed);
    ASSERT_EQ(s.hosts.size(), s.members.size() + (s.clone ? 1 : 0)) << "seed " << seed;
    if (!s.clone) continue;
    ++clones;
    const std::size_t clone = s.members.size();
    EXPECT_EQ(s.id(clone), s.id(s.clone->of));
    EXPECT_NE(s.name(clone), s.name(s.clone->of));
    EXPECT_LE(s.clone->appears, s.clone->removed);
    EXPECT_LE(s.clone->removed, s.faults_last);
  }
  EXPECT_GT(clones, 20U);
  EXPECT_LT(clones, 80U);
}

TEST(Scenario, MostlyKeepsTheBoundOnDrift) {
  std::size_t kept = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) kept += draw_scenario(seed).drift_kept;
  EXPECT_GT(kept, 400U);
  EXPECT_LT(kept, 500U);
}

}  // namespace
}  // namespace prumo::simulation
