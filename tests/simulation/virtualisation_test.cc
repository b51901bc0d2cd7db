#include "tests/simulation/engine/virtualisation.h"

#include <gtest/gtest.h>

namespace prumo::simulation {
namespace {

const VmId kLoneVm("vm");

/// Two hosts, one VM of 1 GiB at home on the first, 1 GiB/s between them.
struct World : Watcher {
  explicit World(bool with_hook = false) : hooked(with_hook) {}
  EventHeap heap;
  Network network{heap, Random(1), 2, [](std::size_t, std::size_t, const std::string&) {}};
  std::vector<VmSpec> vms{{.id = kLoneVm,
                           .name = "vm",
                           .home = 0,
                           .load = LoadTrace({{TrueTime{0}, {1, 1024, 0}}}),
                           .memory_mib = 1024,
                           .dirty_mib_s = 0,
                           .autostart = true,
                           .pinned = ""}};
  std::vector<MigrationEnded> ends;
  std::size_t most_copies = 0;
  bool watched = false;
  Virtualisation::Ask ask;  ///< only with a hook
  bool hooked;
  Virtualisation v{heap, Random(2), network, {{4, 8192, 1000}, {4, 8192, 1000}},
                   vms,  1024,      *this,   hook()};

  void running(const VmId&, std::size_t copies, Begins) override {
    most_copies = std::max(most_copies, copies);
  }
  [[nodiscard]] Virtualisation::Ask hook() {
    if (!hooked) return nullptr;
    return [this](std::size_t host, const VmId& vm, const std::function<void(bool)>& answer) {
      ask(host, vm, answer);
    };
  }
  void start() {
    v.migrate({.op = OpId{Epoch{1}, Round{1}, 0},
               .vm = kLoneVm,
               .from = 0,
               .to = 1,
               .clear_autostart = true,
               .watched = [this] { return watched; },
               .on_end = [this](const MigrationEnded& end) { ends.push_back(end); }});
  }
  void until(TrueTime when) {
    while (heap.run_next(when)) {
    }
  }
};

TEST(Virtualisation, MovesAVmInTheTimeThatItsMemoryTakes) {
  World world;
  world.start();
  world.until(900ms);
  EXPECT_TRUE(world.v.runs(0, kLoneVm));
  EXPECT_EQ(world.v.look(1, false).domains.at(0).state, DomainState::kPausedIncoming);
  world.until(3s);
  EXPECT_FALSE(world.v.runs(0, kLoneVm));
  EXPECT_TRUE(world.v.runs(1, kLoneVm));
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_EQ(world.ends[0].how, MigrationEnded::How::kDone);
  EXPECT_TRUE(world.v.look(0, false).domains.empty());
}

TEST(Virtualisation, LosesTheVmWithItsSourceAndForgetsItAtTheDestination) {
  World world;
  world.start();
  world.until(900ms);
  world.v.crash(0);
  world.until(2min);
  EXPECT_TRUE(world.ends.empty());
  EXPECT_TRUE(world.v.look(1, false).domains.empty());
  world.v.boot(0);
  EXPECT_FALSE(world.v.runs(0, kLoneVm)) << "autostart was cleared for the journey";
  EXPECT_EQ(world.v.look(0, false).domains.at(0).state, DomainState::kShutOff);
}

TEST(Virtualisation, KeepsTheVmAtTheSourceWhenTheDestinationDies) {
  World world;
  world.start();
  world.until(900ms);
  world.v.crash(1);
  world.until(2min);
  EXPECT_TRUE(world.v.runs(0, kLoneVm));
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_EQ(world.ends[0].how, MigrationEnded::How::kFailed);
}

TEST(Virtualisation, GivesUpWhenTheNetworkStaysCut) {
  World world;
  world.start();
  world.until(900ms);
  world.network.cut(0, 1, 5min);
  world.until(3min);
  EXPECT_TRUE(world.v.runs(0, kLoneVm));
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_EQ(world.ends[0].how, MigrationEnded::How::kFailed);
  EXPECT_TRUE(world.v.look(1, false).domains.empty());
}

TEST(Virtualisation, GoesThroughAfterAConnectThatHung) {
  World world;
  world.v.set_weather({.hanging_connect = 1});
  world.start();
  world.until(100ms);
  EXPECT_TRUE(world.v.look(1, false).domains.empty());
  world.until(90s);
  EXPECT_TRUE(world.v.runs(1, kLoneVm));
}

TEST(Virtualisation, EndsAnAbortedMigrationWithTheVmAtTheSource) {
  World world;
  world.start();
  world.until(900ms);
  world.v.abort(0, kLoneVm);
  world.until(3s);
  EXPECT_TRUE(world.v.runs(0, kLoneVm));
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_EQ(world.ends[0].how, MigrationEnded::How::kAborted);
}

TEST(Virtualisation, SaysNothingAboutDomainsWhileItHangs) {
  World world;
  world.v.hang(0, 5s);
  EXPECT_FALSE(world.v.look(0, true).hypervisor_ok);
  EXPECT_TRUE(world.v.look(0, true).domains.empty());
  world.until(6s);
  EXPECT_TRUE(world.v.look(0, true).hypervisor_ok);
}

/// A world whose second host has a hook that answers with `yes` after `wait`.
struct Hooked : World {
  explicit Hooked(bool yes, Duration wait = 100ms) : World(true) {
    ask = [this, yes, wait](std::size_t, const VmId&, const std::function<void(bool)>& answer) {
      ++asked;
      heap.after(wait, [answer, yes] { answer(yes); });
    };
  }
  int asked = 0;
};

TEST(Virtualisation, TakesAVmInOnlyWhenTheHookSaysYes) {
  Hooked yes(true);
  yes.start();
  yes.until(1min);
  EXPECT_EQ(yes.asked, 1);
  EXPECT_TRUE(yes.v.runs(1, kLoneVm));
  Hooked no(false);
  no.start();
  no.until(1min);
  EXPECT_TRUE(no.v.runs(0, kLoneVm));
  EXPECT_FALSE(no.v.copy(1, kLoneVm));
  ASSERT_EQ(no.ends.size(), 1U);
  EXPECT_EQ(no.ends[0].how, MigrationEnded::How::kFailed);
}

TEST(Virtualisation, FailsWhenTheDestinationDiesWhileItsHookIsAsked) {
  Hooked world(true, 10s);
  world.start();
  world.until(2s);
  world.v.crash(1);
  world.until(2min);
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_TRUE(world.v.runs(0, kLoneVm));
  EXPECT_FALSE(world.v.copy(1, kLoneVm));
}

TEST(Virtualisation, RunsAVmTwiceWhenTheAnswerToFinishIsLost) {
  World world;
  world.v.set_weather({.lost_finish = 1});
  world.start();
  world.until(1min);
  EXPECT_TRUE(world.v.runs(0, kLoneVm)) << "libvirt takes the destination for dead";
  EXPECT_TRUE(world.v.runs(1, kLoneVm));
  EXPECT_EQ(world.most_copies, 2U);
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_EQ(world.ends[0].how, MigrationEnded::How::kFailed);
}

TEST(Virtualisation, ShowsTheSourceRunningWhileFinishIsOnItsWay) {
  World world;
  world.v.set_weather({.slow_finish = 1});
  world.start();
  bool paused = false;
  for (TrueTime t{0}; t < 30s; t += 10ms) {
    world.until(t);
    const auto copy = world.v.copy(0, kLoneVm);
    if (!copy || copy->state != DomainState::kPausedMigrated) continue;
    paused = true;
    EXPECT_FALSE(world.v.runs(0, kLoneVm));
    EXPECT_EQ(world.v.look(0, false).domains.at(0).state, DomainState::kRunning);
  }
  EXPECT_TRUE(paused);
  EXPECT_TRUE(world.v.runs(1, kLoneVm));
}

TEST(Virtualisation, NeverEndsWhatDoesNotConvergeUnlessSomebodyWatches) {
  World world;
  world.v.set_weather({.endless = 1});
  world.start();
  world.until(1h);
  EXPECT_TRUE(world.ends.empty());
  world.v.set_weather({});
  world.until(2h);
  EXPECT_TRUE(world.v.runs(1, kLoneVm)) << "it converges once the weather is fair";

  World watched;
  watched.v.set_weather({.endless = 1});
  watched.watched = true;
  watched.start();
  watched.until(2min);
  ASSERT_EQ(watched.ends.size(), 1U);
  EXPECT_TRUE(watched.v.runs(0, kLoneVm));
}

/// What is left when the libvirtd of `host` dies `into` the migration; slow, so that each phase is
/// long.
void restart_libvirtd(World& world, std::size_t host, TrueTime into) {
  world.v.set_weather({.slow_finish = 1});
  world.start();
  world.until(into);
  world.v.restart_libvirtd(host, 2s);
  world.until(2min);
}
DomainState state_at(const World& world, std::size_t host) {
  const auto copy = world.v.copy(host, kLoneVm);
  return copy ? copy->state : DomainState::kOther;
}

TEST(Virtualisation, CancelsACopyWhoseSourceLibvirtdWasRestarted) {
  World world;
  restart_libvirtd(world, 0, 500ms);
  EXPECT_EQ(state_at(world, 0), DomainState::kRunning);
  EXPECT_FALSE(world.v.copy(1, kLoneVm));
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_EQ(world.ends[0].how, MigrationEnded::How::kUnknown);
}

TEST(Virtualisation, KillsAnIncomingCopyWhoseLibvirtdWasRestarted) {
  World world;
  restart_libvirtd(world, 1, 500ms);
  EXPECT_EQ(state_at(world, 0), DomainState::kRunning);
  EXPECT_FALSE(world.v.copy(1, kLoneVm));
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_EQ(world.ends[0].how, MigrationEnded::How::kFailed);
}

TEST(Virtualisation, LeavesThePerformedSourcePausedWhenItsLibvirtdWasRestarted) {
  bool alone = false;
  bool beside_a_running_one = false;
  for (TrueTime into = 1s; into < 20s; into += 100ms) {
    World world;
    restart_libvirtd(world, 0, into);
    if (state_at(world, 0) != DomainState::kPausedMigrated) continue;
    EXPECT_EQ(world.v.copy(0, kLoneVm)->job, Job::kNone);
    (world.v.runs(1, kLoneVm) ? beside_a_running_one : alone) = true;
    EXPECT_LE(world.most_copies, 1U);
  }
  EXPECT_TRUE(alone);
  EXPECT_TRUE(beside_a_running_one);
}

TEST(Virtualisation, LeavesBothRunningWhenTheDestinationsLibvirtdDiesBeforeItsAnswer) {
  bool both = false;
  for (TrueTime into = 1s; into < 20s && !both; into += 100ms) {
    World world;
    restart_libvirtd(world, 1, into);
    both = world.v.runs(0, kLoneVm) && world.v.runs(1, kLoneVm);
  }
  EXPECT_TRUE(both);
}

TEST(Virtualisation, KnowsWhyADefinitionIsLeftUntilLibvirtdIsRestarted) {
  World world;
  world.v.migrate({.op = std::nullopt, .vm = kLoneVm, .from = 0, .to = 1, .keep_source = true});
  world.until(1min);
  EXPECT_TRUE(world.v.runs(1, kLoneVm));
  EXPECT_EQ(state_at(world, 0), DomainState::kLeftDefined);
  EXPECT_FALSE(world.v.stop_vm(0, kLoneVm)) << "it is off";
  world.v.restart_libvirtd(0, 1s);
  EXPECT_EQ(state_at(world, 0), DomainState::kShutOff);
}

TEST(Virtualisation, ObeysVirsh) {
  World world;
  EXPECT_FALSE(world.v.start_vm(0, kLoneVm)) << "it runs";
  EXPECT_TRUE(world.v.suspend_vm(0, kLoneVm));
  EXPECT_EQ(state_at(world, 0), DomainState::kPaused);
  EXPECT_TRUE(world.v.start_vm(0, kLoneVm));
  EXPECT_TRUE(world.v.define_vm(1, kLoneVm));
  EXPECT_EQ(state_at(world, 1), DomainState::kShutOff);
  EXPECT_TRUE(world.v.start_vm(1, kLoneVm)) << "nobody keeps an operator from it";
  EXPECT_EQ(world.most_copies, 2U);
  EXPECT_TRUE(world.v.stop_vm(1, kLoneVm));
  EXPECT_TRUE(world.v.undefine_vm(1, kLoneVm));
  EXPECT_FALSE(world.v.copy(1, kLoneVm));
  EXPECT_TRUE(world.v.undefine_vm(0, kLoneVm)) << "transient from now on";
  EXPECT_TRUE(world.v.stop_vm(0, kLoneVm));
  EXPECT_FALSE(world.v.copy(0, kLoneVm));
  EXPECT_TRUE(world.v.touched(kLoneVm));
}

TEST(Virtualisation, FailsTheMigrationOfAVmThatIsDestroyed) {
  World world;
  world.start();
  world.until(500ms);
  EXPECT_TRUE(world.v.stop_vm(0, kLoneVm));
  world.until(1min);
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_EQ(world.ends[0].how, MigrationEnded::How::kFailed);
  EXPECT_FALSE(world.v.copy(1, kLoneVm));
  EXPECT_EQ(state_at(world, 0), DomainState::kShutOff);
}

TEST(Virtualisation, TidiesUpToOneRunningCopyOfEach) {
  World world;
  world.v.set_weather({.lost_finish = 1});
  world.start();
  world.until(1min);
  EXPECT_TRUE(world.v.tidy(kLoneVm));
  EXPECT_EQ(world.v.where_it_runs(kLoneVm).size(), 1U);
  world.v.stop_vm(0, kLoneVm);
  EXPECT_TRUE(world.v.tidy(kLoneVm));
  EXPECT_EQ(world.v.where_it_runs(kLoneVm).size(), 1U);
}

TEST(Virtualisation, TellsWhenAVmRunsTwice) {
  World world;
  world.start();
  world.until(3s);
  world.v.set_autostart(1, kLoneVm, true);
  world.until(4s);
  world.v.crash(1);
  world.v.boot(1);
  EXPECT_TRUE(world.v.runs(1, kLoneVm));
  EXPECT_EQ(world.most_copies, 1U);
}

}  // namespace
}  // namespace prumo::simulation
