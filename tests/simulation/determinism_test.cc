#include <gtest/gtest.h>

#include "tests/simulation/run/simulation.h"

namespace prumo::simulation {
namespace {

TEST(Simulation, RepeatsASeedBitForBit) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Report once = run(draw_scenario(seed));
    const Report again = run(draw_scenario(seed));
    EXPECT_EQ(once.fingerprint, again.fingerprint) << "seed " << seed;
    EXPECT_EQ(once.events, again.events) << "seed " << seed;
    EXPECT_EQ(once.virtual_time, again.virtual_time) << "seed " << seed;
  }
}

TEST(Simulation, IsNotChangedByItsTranscript) {
  const Scenario scenario = draw_scenario(3);
  const Report silent = run(scenario);
  const Report told = run(scenario, 10);
  EXPECT_EQ(silent.fingerprint, told.fingerprint);
  EXPECT_FALSE(told.transcript.empty());
}

TEST(Simulation, TellsSeedsApart) {
  EXPECT_NE(run(draw_scenario(1)).fingerprint, run(draw_scenario(2)).fingerprint);
}

}  // namespace
}  // namespace prumo::simulation
