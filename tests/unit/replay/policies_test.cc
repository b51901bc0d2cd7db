// What tells the policies apart.

#include <gtest/gtest.h>

#include "src/replay/front.h"
#include "src/replay/policies/adaptive.h"
#include "src/replay/policies/sandpiper.h"
#include "tests/unit/replay/scene.h"

namespace prumo::replay {
namespace {

/// h1 is overloaded; h2 is half full, h3 empty.
Scene hot_host() {
  Scene scene({"h1", "h2", "h3"});
  scene.repeat({{0, "h1", "", {9.8, 1000, 0}},
                {0, "h1", "big", {4, 900, 0}, 900},
                {0, "h1", "small", {2, 60, 0}, 60},
                {0, "h1", "tiny", {0.1, 5, 0}, 1},
                {0, "h2", "", {5, 1000, 0}},
                {0, "h3", "", {0.5, 0, 0}}},
               0, 60);
  return scene;
}

TEST(Policies, ThreePhaseTakesTheCheapestThatIsEnoughToTheFullestThatFits) {
  EXPECT_EQ(run(hot_host()).moves, Moves{"0 small h1 -> h2"});
}

TEST(Policies, MostFreeSendsTheSameVmToTheEmptiest) {
  EXPECT_EQ(run(hot_host(), {}, "most-free").moves, Moves{"0 small h1 -> h3"});
}

TEST(Policies, TheEmptiestIsFoundAmongMoreHostsThanThereAreVms) {
  Scene scene({"h1", "h2", "h3", "h4"});
  scene.repeat({{0, "h1", "", {9.5, 0, 0}},
                {0, "h1", "a", {2, 0, 0}, 10},
                {0, "h2", "", {5, 0, 0}},
                {0, "h3", "", {4, 0, 0}},
                {0, "h4", "", {3, 0, 0}}},
               0, 60);
  EXPECT_EQ(run(scene, {}, "three-phase").moves, Moves{"0 a h1 -> h2"});
  for (const char* policy : {"most-free", "stddev", "adaptive"})
    EXPECT_EQ(run(scene, {}, policy).moves.front(), "0 a h1 -> h4") << policy;
  EXPECT_EQ(run(scene, {}, "sandpiper").moves.front(), "10 a h1 -> h4");
}

TEST(Policies, SandpiperWaitsForKOfNAndMovesByVolumePerMib) {
  const Outcomes out = run(hot_host(), {}, "sandpiper");
  ASSERT_FALSE(out.moves.empty());
  EXPECT_EQ(out.moves.front(), "10 tiny h1 -> h3") << "at the third sample that exceeds";
}

TEST(Policies, SandpiperLeavesAFallingLoadAlone) {
  Scene scene({"h1", "h2"});
  int t = 0;
  for (const double cpu : {1.0, 2.0, 9.1, 9.9, 9.1, 1.0, 1.0, 1.0}) {
    scene.add({t, "h1", "", {cpu, 0, 0}});
    scene.add({t, "h1", "a", {1, 0, 0}, 1});
    scene.add({t, "h2", "", {1, 0, 0}});
    t += 5;
  }
  EXPECT_TRUE(run(scene, {}, "sandpiper").moves.empty()) << "the forecast goes back to the mean";
}

TEST(Policies, TheForecastFollowsWhatPersistsAndForgetsWhatDoesNot) {
  EXPECT_NEAR(forecast({0.5, 0.5, 0.5}), 0.5, 1e-9);
  EXPECT_GT(forecast({0.1, 0.2, 0.3, 0.4, 0.5, 0.6}), 0.4);
  EXPECT_LT(forecast({0.1, 0.9, 0.1, 0.9, 0.1, 0.9}), 0.2);
}

TEST(Policies, StddevBalancesHostsThatAreNotOverloaded) {
  Scene scene({"h1", "h2"});
  scene.repeat(
      {{0, "h1", "a", {3, 0, 0}, 10}, {0, "h1", "b", {3, 0, 0}, 10}, {0, "h2", "", {0, 0, 0}}}, 0,
      60);
  EXPECT_TRUE(run(scene).moves.empty());
  const Outcomes out = run(scene, {}, "stddev");
  EXPECT_EQ(out.moves, Moves{"0 a h1 -> h2"});
  EXPECT_LT(out.summary.mean_deviation, run(scene).summary.mean_deviation);
}

TEST(Policies, AdaptiveLowersItsThresholdAfterAMoveThatHelped) {
  const Scene scene = hot_host();
  Settings settings;
  auto policy = std::make_unique<Adaptive>(settings.policy);
  const Adaptive& adaptive = *policy;
  Replay replay(settings, std::move(policy));
  for (const Step& step : scene.steps()) replay.step(step, scene.names());
  EXPECT_GE(replay.summary().migrations, 1U);
  EXPECT_LT(adaptive.threshold(), 0.90);
}

TEST(Policies, NoneMovesNothing) { EXPECT_TRUE(run(hot_host(), {}, "none").decisions.empty()); }

TEST(Policies, AllKeepToOneVmInAtATimePerHost) {
  Scene scene({"h1", "h2", "h3", "h4"});
  for (int t = 0; t <= 300; t += 5)
    for (const char* host : {"h1", "h2", "h3"}) {
      scene.add({t, host, "", {9.5, 0, 0}});
      const std::string vm = std::string(host) + "-vm";
      scene.add({t, host, vm.c_str(), {1.5, 0, 0}, 4000});
    }
  for (const std::string& policy : policy_names()) {
    Settings settings;
    Replay replay(settings, make_policy(policy, settings));
    for (const Step& step : scene.steps()) {
      replay.step(step, scene.names());
      // A receiver holds the memory of one VM, and its traffic, never of two.
      EXPECT_LE(replay.cluster().demand(3).network, 100 * 8.388608 + 1e-6) << policy;
    }
  }
}

TEST(Front, KeepsWhatNothingBeatsOnBoth) {
  EXPECT_EQ(front({{5, 1}, {3, 4}, {4, 4}, {3, 5}, {1, 9}, {5, 1}}),
            (std::vector<std::size_t>{4, 1, 0}));
  EXPECT_TRUE(front({}).empty());
}

}  // namespace
}  // namespace prumo::replay
