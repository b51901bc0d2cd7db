// The practical options, each with what it changes; off by default.

#include <gtest/gtest.h>

#include "tests/unit/replay/scene.h"

namespace prumo::replay {
namespace {

/// h1 has a base load of `base` cores and two VMs of 1.5; h2 is nearly idle.
void add_step(Scene& scene, int time_s, double base, double other = 1) {
  scene.add({time_s, "h1", "", {base + 3, 1000, 0}});
  scene.add({time_s, "h1", "a", {1.5, 100, 0}, 100});
  scene.add({time_s, "h1", "b", {1.5, 100, 0}, 200});
  scene.add({time_s, "h2", "", {other, 1000, 0}});
}

TEST(Hold, APeakThatLastsLessMovesNothing) {
  Scene scene({"h1", "h2"});
  int t = 0;
  for (const double base : {5.0, 5.0, 6.8, 6.8, 5.0, 5.0, 5.0}) add_step(scene, t += 5, base);
  EXPECT_EQ(run(scene).moves, Moves{"15 a h1 -> h2"});
  Settings settings;
  settings.policy.hold = 3;
  EXPECT_TRUE(run(scene, settings).decisions.empty());
  for (int i = 0; i < 6; ++i) add_step(scene, t += 5, 6.8);
  EXPECT_EQ(run(scene, settings).moves.size(), 1U) << "one that lasts is relieved";
}

TEST(VmMu, ChoosesByWhatAVmUsesForLong) {
  // For long a uses little and b much; in the last sample it is the other way round.
  Scene scene({"h1", "h2"});
  const auto step = [&](int t, double a, double b, double base) {
    scene.add({t, "h1", "", {a + b + base, 0, 0}});
    scene.add({t, "h1", "a", {a, 0, 0}, 100});
    scene.add({t, "h1", "b", {b, 0, 0}, 300});
    scene.add({t, "h2", "", {1, 0, 0}});
  };
  for (int t = 0; t < 50; t += 5) step(t, 0.2, 2, 6.5);
  step(50, 2, 0.2, 8.5);
  EXPECT_EQ(run(scene).moves, Moves{"50 a h1 -> h2"});
  Settings settings;
  settings.policy.vm_mu = 0.2;
  EXPECT_EQ(run(scene, settings).moves, Moves{"50 b h1 -> h2"});
}

TEST(AllowPartial, MovesSomethingWhenNothingIsEnough) {
  Scene scene({"h1", "h2"});
  for (int t = 0; t <= 100; t += 5) add_step(scene, t, 7.3);
  EXPECT_TRUE(run(scene).moves.empty()) << "two would have to leave, and there is one host";
  Settings settings;
  settings.policy.allow_partial = true;
  EXPECT_EQ(run(scene, settings).moves.front(), "0 a h1 -> h2");
}

TEST(MinGain, SparesAMoveThatChangesLittle) {
  Scene scene({"h1", "h2"});
  for (int t = 0; t <= 20; t += 5) {
    scene.add({t, "h1", "", {9.1, 0, 0}});
    scene.add({t, "h1", "a", {0.7, 0, 0}, 100});
    scene.add({t, "h2", "", {7.5, 0, 0}});
  }
  EXPECT_EQ(run(scene).moves, Moves{"0 a h1 -> h2"});
  Settings settings;
  settings.policy.min_gain = 0.1;
  EXPECT_TRUE(run(scene, settings).moves.empty()) << "0.91 would become 0.84";
  settings.policy.min_gain = 0.07;
  EXPECT_EQ(run(scene, settings).moves.size(), 1U);
}

TEST(MinGain, CountsWhatTheDestinationBecomes) {
  Scene scene({"h1", "h2", "h3"});
  for (int t = 0; t <= 20; t += 5) {
    scene.add({t, "h1", "", {9.1, 0, 0}});
    scene.add({t, "h1", "a", {3, 0, 0}, 100});
    scene.add({t, "h2", "", {5.2, 0, 0}});
    scene.add({t, "h3", "", {1, 0, 0}});
  }
  EXPECT_EQ(run(scene).moves, Moves{"0 a h1 -> h2"});
  Settings settings;
  settings.policy.min_gain = 0.2;
  EXPECT_EQ(run(scene, settings).moves, Moves{"0 a h1 -> h3"}) << "h2 would be at 0.82";
}

TEST(MinGain, OfAPartialMoveToo) {
  Scene scene({"h1", "h2"});
  for (int t = 0; t <= 20; t += 5) {
    scene.add({t, "h1", "", {9.9, 0, 0}});
    scene.add({t, "h1", "a", {0.1, 0, 0}, 100});
    scene.add({t, "h2", "", {1, 0, 0}});
  }
  Settings settings;
  settings.policy.allow_partial = true;
  EXPECT_EQ(run(scene, settings).moves.size(), 1U);
  settings.policy.min_gain = 0.02;
  EXPECT_TRUE(run(scene, settings).moves.empty());
}

TEST(Reserve, KeepsRoomAtTheDestination) {
  Scene scene({"h1", "h2", "h3"});
  for (int t = 0; t <= 20; t += 5) {
    add_step(scene, t, 6.2, 6.5);
    scene.add({t, "h3", "", {3, 1000, 0}});
  }
  EXPECT_EQ(run(scene).moves, Moves{"0 a h1 -> h2"});
  Settings settings;
  settings.relief.reserve = 0.1;
  EXPECT_EQ(run(scene, settings).moves, Moves{"0 a h1 -> h3"}) << "h2 would be at 0.80 > 0.75";
}

/// Two hosts are overloaded at once, and two have room; migrations take 20 s.
Scene two_hot() {
  Scene scene({"h1", "h2", "h3", "h4"});
  for (int t = 0; t <= 300; t += 5) {
    for (const char* host : {"h1", "h2"}) scene.add({t, host, "", {9.5, 0, 0}});
    scene.add({t, "h1", "a", {2, 0, 0}, 2000});
    scene.add({t, "h2", "b", {2, 0, 0}, 2000});
    for (const char* host : {"h3", "h4"}) scene.add({t, host, "", {1, 0, 0}});
  }
  return scene;
}

TEST(Limits, OfMigrationsAtATime) {
  EXPECT_EQ(run(two_hot()).moves, (Moves{"0 a h1 -> h3", "0 b h2 -> h4"}));
  Settings settings;
  settings.relief.most_at_once = 1;
  const Outcomes out = run(two_hot(), settings);
  ASSERT_EQ(out.moves.size(), 2U);
  EXPECT_EQ(out.moves[0], "0 a h1 -> h3");
  EXPECT_GE(std::stoi(out.moves[1]), 20) << out.moves[1];
  ASSERT_EQ(out.decisions[0].hosts.size(), 2U);
  EXPECT_EQ(out.decisions[0].hosts[1].infeasible, "limit of 1 migrations at a time is reached");
}

TEST(Limits, OfMigrationsAnHour) {
  Settings settings;
  settings.relief.most_per_hour = 1;
  const Outcomes out = run(two_hot(), settings);
  EXPECT_EQ(out.moves, Moves{"0 a h1 -> h3"});
  EXPECT_EQ(out.decisions.back().hosts[0].infeasible, "limit of 1 migrations an hour is reached");
}

/// As add_step; no two samples are quite the same, as on a real host.
void add_lively_step(Scene& scene, int time_s, double base) {
  add_step(scene, time_s, base + 0.001 * time_s, 1 + 0.001 * time_s);
}

TEST(SanityGate, AnImpossibleSampleFreezesTheHostAndMovesNothing) {
  Scene scene({"h1", "h2"});
  for (int t = 0; t <= 60; t += 5) add_lively_step(scene, t, t == 20 ? 8.5 : 5.2);
  EXPECT_EQ(run(scene).moves.size(), 1U) << "without the gate, one bad sample does";
  Settings settings;
  settings.relief.sanity_gate = true;
  const Outcomes out = run(scene, settings);
  EXPECT_TRUE(out.moves.empty());
  ASSERT_EQ(out.decisions.size(), 1U);
  EXPECT_EQ(out.decisions[0].label, "20");
  ASSERT_EQ(out.decisions[0].frozen.size(), 1U);
  EXPECT_EQ(out.decisions[0].frozen[0].host, HostId("h1"));
  EXPECT_EQ(out.decisions[0].frozen[0].why, "frozen: cpu is 11.6 cores of 10.0 cores");
  EXPECT_EQ(out.summary.frozen, 1U);
}

TEST(SanityGate, OneSampleThatCouldBeTrueMovesNothingEither) {
  Scene scene({"h1", "h2"});
  for (int t = 0; t <= 60; t += 5) add_lively_step(scene, t, t == 20 ? 7 : 5.2);
  EXPECT_EQ(run(scene).moves.size(), 1U);
  Settings settings;
  settings.relief.sanity_gate = true;
  EXPECT_TRUE(run(scene, settings).moves.empty());
  for (int t = 65; t <= 90; t += 5) add_lively_step(scene, t, 6.8);
  EXPECT_EQ(run(scene, settings).moves.size(), 1U) << "a true overload is relieved";
}

TEST(SanityGate, ABadSampleOfADestinationDoesNotMakeItLookFree) {
  Scene scene({"h1", "h2"});
  // h2 is full, but claims for one sample to use less than its own VM.
  for (int t = 0; t <= 20; t += 5) {
    add_step(scene, t, t < 15 ? 5.9 : 7, t == 15 ? 0 : 8.4);
    scene.add({t, "h2", "c", {4, 0, 0}, 100});
  }
  EXPECT_EQ(run(scene).moves, Moves{"15 a h1 -> h2"});
  Settings settings;
  settings.relief.sanity_gate = true;
  EXPECT_TRUE(run(scene, settings).moves.empty());
}

TEST(SanityGate, AHostThatWasSilentOrStuckIsFrozenForAWhile) {
  Settings settings;
  settings.relief.sanity_gate = true;
  Scene silent({"h1", "h2"});
  for (int t = 0; t <= 20; t += 5) add_step(silent, t, 4 + 0.001 * t);
  for (int t = 60; t <= 65; t += 5) add_step(silent, t, 6.9 + 0.001 * t);
  EXPECT_EQ(run(silent).moves.size(), 1U);
  EXPECT_TRUE(run(silent, settings).moves.empty());
  EXPECT_EQ(run(silent, settings).decisions[0].frozen[0].why, "frozen: no sample for 40 s");

  Scene stuck({"h1", "h2"});
  for (int t = 0; t <= 60; t += 5) add_step(stuck, t, 4, 1 + 0.001 * t);
  const Outcomes out = run(stuck, settings);
  ASSERT_EQ(out.summary.frozen, 1U);
  EXPECT_EQ(out.decisions[0].frozen[0].why,
            "frozen: its figures have been the same for 12 samples");
}

TEST(Options, ChangeNothingByDefault) {
  const Settings settings;
  EXPECT_EQ(settings.policy.hold, 1U);
  EXPECT_EQ(settings.policy.vm_mu, 0);
  EXPECT_EQ(settings.policy.min_gain, 0);
  EXPECT_FALSE(settings.policy.allow_partial);
  EXPECT_EQ(settings.relief.reserve, 0);
  EXPECT_EQ(settings.relief.most_at_once, 0U);
  EXPECT_EQ(settings.relief.most_per_hour, 0U);
  EXPECT_FALSE(settings.relief.sanity_gate);
}

}  // namespace
}  // namespace prumo::replay
