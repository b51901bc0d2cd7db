#include "tests/simulation/engine/virtualisation.h"

#include <gtest/gtest.h>

namespace prumo::simulation {
namespace {

const VmId kVm("vm");

/// Two hosts, one VM of 1 GiB at home on the first, 1 GiB/s between them.
struct World : Watcher {
  EventHeap heap;
  Network network{heap, Random(1), 2, [](std::size_t, std::size_t, const std::string&) {}};
  std::vector<VmSpec> vms{{.id = kVm,
                           .name = "vm",
                           .home = 0,
                           .load = LoadTrace({{TrueTime{0}, {1, 1024, 0}}}),
                           .memory_mib = 1024,
                           .dirty_mib_s = 0,
                           .autostart = true,
                           .pinned = ""}};
  std::vector<MigrationEnded> ends;
  std::size_t most_copies = 0;
  Virtualisation v{heap, Random(2), network, {{4, 8192, 1000}, {4, 8192, 1000}},
                   vms,  1024,      *this,   [](std::size_t, const VmId&) {}};

  void running(const VmId&, std::size_t copies) override {
    most_copies = std::max(most_copies, copies);
  }
  void start() {
    v.migrate({.op = OpId{Epoch{1}, Round{1}, 0},
               .vm = kVm,
               .from = 0,
               .to = 1,
               .clear_autostart = true,
               .on_end = [this](const MigrationEnded& end) { ends.push_back(end); },
               .on_progress = nullptr});
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
  EXPECT_TRUE(world.v.runs(0, kVm));
  EXPECT_EQ(world.v.look(1, false).domains.at(0).state, DomainState::kPausedIncoming);
  world.until(3s);
  EXPECT_FALSE(world.v.runs(0, kVm));
  EXPECT_TRUE(world.v.runs(1, kVm));
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
  EXPECT_FALSE(world.v.runs(0, kVm)) << "autostart was cleared for the journey";
  EXPECT_EQ(world.v.look(0, false).domains.at(0).state, DomainState::kShutOff);
}

TEST(Virtualisation, KeepsTheVmAtTheSourceWhenTheDestinationDies) {
  World world;
  world.start();
  world.until(900ms);
  world.v.crash(1);
  world.until(2min);
  EXPECT_TRUE(world.v.runs(0, kVm));
  ASSERT_EQ(world.ends.size(), 1U);
  EXPECT_EQ(world.ends[0].how, MigrationEnded::How::kFailed);
}

TEST(Virtualisation, GivesUpWhenTheNetworkStaysCut) {
  World world;
  world.start();
  world.until(900ms);
  world.network.cut(0, 1, 5min);
  world.until(3min);
  EXPECT_TRUE(world.v.runs(0, kVm));
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
  EXPECT_TRUE(world.v.runs(1, kVm));
}

TEST(Virtualisation, EndsAnAbortedMigrationWithTheVmAtTheSource) {
  World world;
  world.start();
  world.until(900ms);
  world.v.abort(0, kVm);
  world.until(3s);
  EXPECT_TRUE(world.v.runs(0, kVm));
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

TEST(Virtualisation, TellsWhenAVmRunsTwice) {
  World world;
  world.start();
  world.until(3s);
  world.v.set_autostart(1, kVm, true);
  world.until(4s);
  world.v.crash(1);
  world.v.boot(1);
  EXPECT_TRUE(world.v.runs(1, kVm));
  EXPECT_EQ(world.most_copies, 1U);
}

}  // namespace
}  // namespace prumo::simulation
