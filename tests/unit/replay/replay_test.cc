#include "src/replay/replay.h"

#include <gtest/gtest.h>

#include "policy/plan.h"
#include "src/core/random.h"
#include "tests/unit/replay/scene.h"

namespace prumo::replay {
namespace {

/// h1 is overloaded by its two VMs; the smaller leaves.
Scene hot_host(int until_s, int interval_s = 5) {
  Scene scene({"h1", "h2", "h3"});
  scene.repeat({{0, "h1", "", {9.5, 1000, 0}},
                {0, "h1", "a", {6, 500, 0}, 500},
                {0, "h1", "b", {3, 400, 0}, 400},
                {0, "h2", "", {4, 1000, 0}},
                {0, "h3", "", {1, 1000, 0}}},
               0, until_s, interval_s);
  return scene;
}

TEST(Replay, MovesTheVmInTheModelAndTheFiguresFollow) {
  const Outcomes out = run(hot_host(60));
  EXPECT_EQ(out.moves, Moves{"0 b h1 -> h2"}) << "once: afterwards the host is relieved";
  EXPECT_EQ(out.summary.migrations, 1U);
  EXPECT_NEAR(out.summary.moved_gib, 400.0 / 1024, 1e-9);
  // 400 MiB at 100 MiB/s take 4 s and the switch, in which h1 stays overloaded.
  EXPECT_NEAR(out.summary.overloaded_host_s, 4.02, 1e-5);
}

TEST(Replay, WhatIsWrittenMeanwhileIsCopiedAgain) {
  Settings settings;
  settings.dirty_mib_s = 50;
  const Outcomes out = run(hot_host(60), settings);
  EXPECT_EQ(out.summary.migrations, 1U);
  // 400, 200, 100, 50 and, with the guest stopped, 25 MiB.
  EXPECT_NEAR(out.summary.moved_gib, 775.0 / 1024, 1e-9);
  EXPECT_NEAR(out.summary.overloaded_host_s, 7.77, 1e-5);
}

TEST(Replay, AsRecordedNothingMovesAndEachOverloadIsTold) {
  Settings settings;
  settings.as_recorded = true;
  const Outcomes out = run(hot_host(20), settings);
  EXPECT_EQ(out.moves, (Moves{"0 b h1 -> h2", "5 b h1 -> h2", "10 b h1 -> h2", "15 b h1 -> h2",
                              "20 b h1 -> h2"}));
  EXPECT_NEAR(out.summary.overloaded_host_s, 20, 1e-6);
}

TEST(Replay, AsRecordedDecidesExactlyAsPlanDoes) {
  Random random(7);
  for (int round = 0; round < 50; ++round) {
    Scene scene({"h1", "h2", "h3", "h4", "h5", "h6"});
    Settings settings;
    settings.as_recorded = true;
    std::map<HostId, policy::Smoother> smoothers;
    std::vector<policy::Snapshot> snapshots;
    for (int t = 0; t < 20; ++t) {
      policy::Snapshot snapshot;
      for (const HostId& id : scene.names().hosts) {
        Resources sum;
        for (int v = 0; v < 6; ++v) {
          const Resources usage{random.unit() * 3, random.unit() * 2500, random.unit() * 2000};
          const double image = 10 + random.unit() * 1000;
          const std::string vm = id.value + "-" + std::to_string(v);
          for (const Resource r : kResources) sum[r] += usage[r];
          snapshot.vms.push_back({VmId(vm), "", id, usage, image, {}, "", {}});
        }
        auto& smoother = smoothers.try_emplace(id, settings.policy.mu).first->second;
        snapshot.hosts.push_back({id, {10, 10'000, 10'000}, smoother.step(sum), {}, ""});
      }
      for (const policy::Vm& vm : snapshot.vms)
        scene.add({t * 5, vm.host.value.c_str(), vm.id.value.c_str(), vm.usage, vm.image_mib});
      snapshots.push_back(std::move(snapshot));
    }
    Moves expected;
    for (std::size_t t = 0; t < snapshots.size(); ++t) {
      for (const policy::Relief& relief : policy::plan(snapshots[t], settings.policy).reliefs)
        for (const policy::Move& m : relief.moves)
          expected.push_back(std::to_string(t * 5) + " " + m.vm.value + " " + m.from.value +
                             " -> " + m.to.value);
    }
    EXPECT_EQ(run(scene, settings).moves, expected) << "round " << round;
  }
}

TEST(Replay, AShortPeakMovesNothing) {  // [IME13 §6], as in the paper's second experiment
  Scene scene({"h1", "h2"});
  int t = 0;
  for (const double cpu : {0.17, 0.17, 1.94, 9.49, 9.48, 8.25, 8.25})
    scene.add({t += 5, "h1", "", {cpu, 0, 0}});
  EXPECT_TRUE(run(scene).decisions.empty());
}

TEST(Replay, IsTheSameEachTime) {
  const Scene scene = hot_host(300);
  for (const std::string& policy : policy_names())
    EXPECT_EQ(run(scene, {}, policy).moves, run(scene, {}, policy).moves) << policy;
}

TEST(Replay, TheDestinationSettlesAndTheVmStaysForItsCooldown) {
  Scene scene({"h1", "h2"});
  scene.repeat({{0, "h1", "a", {5, 500, 0}, 100},
                {0, "h1", "b", {4.5, 400, 0}, 100},
                {0, "h2", "c", {3.9, 100, 0}, 100}},
               0, 5);
  // h2, where b has come to, is now too full, and h1 could take b back.
  scene.repeat({{0, "h1", "a", {5, 500, 0}, 100},
                {0, "h1", "b", {2, 400, 0}, 100},
                {0, "h2", "c", {7.5, 100, 0}, 100}},
               10, 300);
  const Outcomes out = run(scene);
  ASSERT_EQ(out.moves.size(), 2U);
  EXPECT_EQ(out.moves[0], "0 b h1 -> h2");
  // The migration ends at 1 s. h2 settles until 16 s and asks at 20 s; b stays until 121 s, and by
  // then h2 backs off.
  EXPECT_EQ(out.decisions.at(1).label, "20");
  EXPECT_EQ(out.moves[1], "155 b h2 -> h1");
}

TEST(Replay, AMigrationLoadsBothSidesWhileItLasts) {
  Scene scene({"h1", "h2"});
  scene.repeat({{0, "h1", "a", {9.5, 800, 0}, 10'000}, {0, "h2", "", {1, 0, 0}}}, 0, 20);
  Settings settings;
  settings.policy.target = 0.4;
  settings.policy.overload = 0.5;
  settings.policy.allow_partial = true;
  settings.bandwidth_mib_s = 100;
  Replay replay(settings, make_policy("three-phase", settings));
  // Nobody takes `a` at this target.
  for (const Step& step : scene.steps()) replay.step(step, scene.names());
  EXPECT_EQ(replay.summary().migrations, 0U);

  settings.policy.target = 0.85;
  settings.policy.overload = 0.90;
  Scene free({"h1", "h2"});
  free.repeat(
      {{0, "h1", "", {9.5, 0, 0}}, {0, "h1", "a", {2, 800, 0}, 10'000}, {0, "h2", "", {1, 0, 0}}},
      0, 20);
  Replay moving(settings, make_policy("three-phase", settings));
  for (const Step& step : free.steps()) moving.step(step, free.names());
  const Cluster& cluster = moving.cluster();
  EXPECT_EQ(moving.summary().migrations, 1U);
  EXPECT_EQ(cluster.host_of(0), 0U) << "10,000 MiB take 100 s";
  EXPECT_NEAR(cluster.demand(0).cpu, 9.7, 1e-9);
  EXPECT_NEAR(cluster.demand(0).network, 838.8608, 1e-9);
  EXPECT_NEAR(cluster.demand(1).memory, 800, 1e-9) << "the destination holds its memory";
  EXPECT_NEAR(cluster.demand(1).cpu, 1.2, 1e-9);
}

TEST(Replay, ASetFollowsOneByOne) {
  Scene scene({"h1", "h2", "h3"});
  scene.repeat({{0, "h1", "", {9.8, 0, 0}},
                {0, "h1", "a", {1, 10, 0}, 1000},
                {0, "h1", "b", {1, 10, 0}, 1000},
                {0, "h2", "", {6, 0, 0}},
                {0, "h3", "", {5, 0, 0}}},
               0, 60);
  const Outcomes out = run(scene);
  EXPECT_EQ(out.moves, (Moves{"0 a h1 -> h2", "0 b h1 -> h3"}));
  EXPECT_EQ(out.summary.migrations, 2U);
  EXPECT_NEAR(out.summary.overloaded_host_s, 10.02, 1e-5) << "one copies for 10 s, then the other";
}

TEST(Replay, CountsAVmThatGoesBack) {
  Scene scene({"h1", "h2"});
  scene.repeat(
      {{0, "h1", "", {9.5, 0, 0}}, {0, "h1", "a", {3, 0, 0}, 100}, {0, "h2", "", {1, 0, 0}}}, 0,
      200);
  scene.repeat({{0, "h1", "", {4, 0, 0}}, {0, "h1", "a", {3, 0, 0}, 100}, {0, "h2", "", {7, 0, 0}}},
               205, 600);
  const Outcomes out = run(scene);
  ASSERT_EQ(out.moves.size(), 2U);
  EXPECT_EQ(out.summary.taken_back, 1U);
}

TEST(Replay, DemandBeyondTheHostIsNotMet) {
  Scene scene({"h1"});
  scene.repeat({{0, "h1", "a", {8, 0, 0}, 1}, {0, "h1", "b", {8, 0, 0}, 1}}, 0, 10);
  const Outcomes out = run(scene);
  EXPECT_NEAR(out.summary.unmet_core_s, 60, 1e-6);
  EXPECT_EQ(out.summary.infeasible, out.summary.decisions);
}

TEST(Replay, AHostThatOnlyHasAPlaceInTheListIsIdleAndTakesVms) {
  Scene scene({"h1", "idle"});
  scene.repeat({{0, "h1", "a", {5, 0, 0}, 10}, {0, "h1", "b", {5, 0, 0}, 20}}, 0, 30);
  EXPECT_EQ(run(scene).moves, Moves{"0 a h1 -> idle"});
}

TEST(Replay, AHostThatIsAwayForLongTakesNothing) {
  Scene scene({"h1", "h2"});
  scene.repeat(
      {{0, "h1", "a", {1, 0, 0}, 10}, {0, "h1", "b", {1, 0, 0}, 20}, {0, "h2", "", {1, 0, 0}}}, 0,
      20);
  scene.repeat({{0, "h1", "a", {5, 0, 0}, 10}, {0, "h1", "b", {5, 0, 0}, 20}}, 40, 60);
  const Outcomes out = run(scene);
  EXPECT_TRUE(out.moves.empty());
  EXPECT_GT(out.summary.infeasible, 0U);
}

TEST(Replay, AVmThatItsHostNoLongerListsIsGone) {
  Scene scene({"h1", "h2"});
  scene.repeat({{0, "h1", "a", {5, 0, 0}, 10}, {0, "h1", "b", {2, 0, 0}, 20}}, 0, 10);
  scene.repeat({{0, "h1", "a", {9.5, 0, 0}, 10}}, 15, 60);
  Replay replay({}, make_policy("none", {}));
  for (const Step& step : scene.steps()) replay.step(step, scene.names());
  EXPECT_FALSE(replay.cluster().present(1));
  EXPECT_NEAR(replay.cluster().demand(0).cpu, 9.5, 1e-9);
}

TEST(Replay, AHostThatNobodyCanRelieveBacksOff) {
  Scene scene({"h1"});
  scene.repeat({{0, "h1", "a", {9.5, 0, 0}, 10}}, 0, 300);
  // 5, 10, 20, 40 s, then a minute, seen every 5 s.
  EXPECT_EQ(run(scene).decisions.size(), 8U);
}

TEST(Measures, AreTimeWeighted) {
  Scene scene({"h1", "h2"});
  scene.add({0, "h1", "", {10, 0, 0}});
  scene.add({0, "h2", "", {0, 0, 0}});
  scene.add({30, "h1", "", {5, 0, 0}});
  scene.add({30, "h2", "", {5, 0, 0}});
  scene.add({40, "h1", "", {5, 0, 0}});
  const Summary s = run(scene, {}, "none").summary;
  EXPECT_NEAR(s.mean_deviation, 0.5 * 30 / 40, 1e-9);
  EXPECT_NEAR(s.worst_deviation, 0.5, 1e-9);
  EXPECT_NEAR(s.overloaded_host_s, 30, 1e-9);
  EXPECT_EQ(s.span, 40s);
}

}  // namespace
}  // namespace prumo::replay
