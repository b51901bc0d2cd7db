#include "tests/simulation/engine/machine.h"

#include <gtest/gtest.h>

#include "tests/simulation/scenes.h"

namespace prumo::simulation {
namespace {

TEST(Machine, DiesBetweenAWriteAndWhatFollowsFromIt) {
  Scene scene(calm(3));
  scene.until(10s);
  Machine& machine = scene.cluster.machine(0);
  machine.die_after_next_write(1h, false);
  machine.request(SetPause{true});
  scene.until(20s);
  EXPECT_EQ(machine.peer(), nullptr);
  EXPECT_TRUE(machine.disk().stored().pause.on);
  EXPECT_FALSE(scene.peer(1).durable().pause.on) << "it was to be told after the write";
  EXPECT_TRUE(machine.up());
}

TEST(Machine, LosesPowerBetweenAWriteAndWhatFollowsFromIt) {
  Scene scene(calm(3));
  scene.until(10s);
  Machine& machine = scene.cluster.machine(0);
  machine.die_after_next_write(5s, true);
  machine.request(SetPause{true});
  scene.until(11s);
  EXPECT_FALSE(machine.up());
  scene.until(1min);
  EXPECT_TRUE(scene.peer(1).durable().pause.on) << "it is told after the next start";
}

TEST(Machine, StoresAWriteThatItHasGivenUpAndTrustsItsDiskOnlyAfterTheNext) {
  Scene scene(calm(3));
  scene.until(10s);
  Machine& machine = scene.cluster.machine(0);
  machine.disk().hang(30s);
  machine.request(SetPause{true});
  scene.until(25s);
  EXPECT_FALSE(machine.peer()->status(machine.now()).store_ok);
  EXPECT_FALSE(machine.disk().stored().pause.on);
  scene.until(40s + 1ms);
  EXPECT_TRUE(machine.disk().stored().pause.on);
  EXPECT_FALSE(machine.peer()->status(machine.now()).store_ok);
  scene.until(43s);
  EXPECT_TRUE(machine.peer()->status(machine.now()).store_ok);
}

/// A host of three whose store is gone when its daemon starts again.
void lose(Scene& scene, void (Disk::*how)()) {
  scene.until(10s);
  Machine& machine = scene.cluster.machine(0);
  machine.kill_daemon(1s);
  scene.until(15s);
  machine.kill_daemon(100ms);
  (machine.disk().*how)();
  scene.until(18s);
}

TEST(Machine, IsNotAdmittedWithoutItsStoreUntilACoordinatorHasBeenHeardForLong) {
  for (const auto how : {&Disk::lose, &Disk::damage, &Disk::roll_back}) {
    Scene scene(calm(3));
    lose(scene, how);
    EXPECT_FALSE(scene.peer(0).durable().admitted);
    scene.until(2min);
    EXPECT_TRUE(scene.peer(0).durable().admitted);
    EXPECT_GE(scene.peer(0).incarnation().starts, 2U) << "others remember";
  }
}

TEST(Machine, AnswersItsHookOrLetsItDecideAlone) {
  for (const bool alive : {true, false}) {
    Scenario scenario = calm(2);
    scenario.hook = true;
    scenario.hook_yes_when_silent = false;
    Scene scene(scenario);
    scene.until(10s);
    if (!alive) scene.cluster.machine(1).kill_daemon(1h);
    std::optional<bool> said;
    scene.cluster.machine(1).ask(VmId("stranger"), [&said](bool yes) { said = yes; });
    scene.until(12s);
    EXPECT_EQ(said, alive);
  }
}

}  // namespace
}  // namespace prumo::simulation
