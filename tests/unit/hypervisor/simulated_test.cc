#include <gtest/gtest.h>

#include <ctime>
#include <future>

#include "tests/unit/hypervisor/simulated_scene.h"

namespace prumo::hypervisor {
namespace {

using Simulated = SimulatedScene;
using How = MigrationEnded::How;

Migration to(const std::string& host, double bandwidth_mib_s = 0) {
  Migration migration;
  migration.op = {Epoch{1}, Round{2}, 3};
  migration.vm = VmId("a");
  migration.to = HostId(host);
  migration.how.bandwidth_mib_s = bandwidth_mib_s;
  migration.how.deadline = 24h;
  return migration;
}

constexpr double kForEver = 0.001;  ///< MiB/s

/// A migration that never ends by itself; `stop` lets it fail.
class Endless {
 public:
  explicit Endless(Hypervisor& hypervisor, Duration deadline = 24h) {
    Migration migration = to("h2", kForEver);
    migration.how.deadline = deadline;
    std::promise<void> begun;
    auto has_begun = begun.get_future();
    ended_ =
        std::async(std::launch::async, [&hypervisor, migration, b = std::move(begun)]() mutable {
          bool told = false;
          const MigrationEnded ended = hypervisor.migrate(migration, [&](const MigrationProgress&) {
            if (!std::exchange(told, true)) b.set_value();
          });
          if (!told) b.set_value();
          return ended;
        });
    has_begun.wait();
  }
  MigrationEnded end() { return ended_.get(); }

 private:
  std::future<MigrationEnded> ended_;
};

TEST_F(Simulated, ShowsOnlyTheVmsOfItsHost) {
  put(vm("a", "h1"));
  put(vm("b", "h2"));
  const auto domains = on("h1")->domains(true);
  ASSERT_TRUE(domains);
  ASSERT_EQ(domains->size(), 1U);
  EXPECT_EQ(domains->front().id, VmId("a"));
  EXPECT_EQ(domains->front().name, "name-of-a");
  EXPECT_EQ(domains->front().state, DomainState::kRunning);
  EXPECT_DOUBLE_EQ(domains->front().usage.cpu, 1.5);
  EXPECT_DOUBLE_EQ(domains->front().image_mib, 1000);
}

TEST_F(Simulated, LeavesUsageOutWhenNotAsked) {
  put(vm("a", "h1"));
  EXPECT_EQ(on("h1")->domains(false)->front().usage, Resources{});
}

TEST_F(Simulated, MigratesAndTellsTotalAndDowntime) {
  put(vm("a", "h1"));
  const MigrationEnded ended = on("h1")->migrate(to("h2"), {});
  EXPECT_EQ(ended.how, How::kDone) << ended.error;
  EXPECT_EQ(ended.op, (OpId{Epoch{1}, Round{2}, 3}));
  EXPECT_GE(ended.total, ended.downtime);
  EXPECT_GT(ended.downtime, Duration::zero());
  EXPECT_TRUE(on("h1")->domains(false)->empty());
  EXPECT_EQ(on("h2")->domains(false)->size(), 1U);
}

TEST_F(Simulated, ShowsARunningMigrationOnBothSides) {
  put(vm("a", "h1"));
  const auto source = on("h1");
  Endless migration(*source);
  const Domain here = source->domains(true)->at(0);
  const Domain there = on("h2")->domains(true)->at(0);
  EXPECT_EQ(here.state, DomainState::kRunning);
  EXPECT_EQ(here.job, Job::kOutgoing);
  EXPECT_EQ(there.state, DomainState::kPausedIncoming);
  EXPECT_EQ(there.job, Job::kIncoming);
  EXPECT_DOUBLE_EQ(make_simulated_probe(options("h2"))->read()->usage.cpu, 2.0);
  EXPECT_TRUE(source->abort(VmId("a")));
  EXPECT_EQ(migration.end().how, How::kAborted);
}

TEST_F(Simulated, AbortLeavesTheVmAtTheSource) {
  put(vm("a", "h1"));
  const auto source = on("h1");
  Endless migration(*source);
  EXPECT_FALSE(on("h2")->abort(VmId("a")));
  ASSERT_TRUE(source->abort(VmId("a")));
  EXPECT_EQ(migration.end().how, How::kAborted);
  EXPECT_EQ(source->domains(false)->at(0).job, Job::kNone);
  EXPECT_FALSE(source->abort(VmId("a")));
}

TEST_F(Simulated, GivesUpAMigrationThatTakesTooLong) {
  put(vm("a", "h1"));
  const auto source = on("h1");
  Endless migration(*source, 1ms);
  EXPECT_EQ(migration.end().how, How::kGivenUp);
  EXPECT_EQ(source->domains(false)->at(0).job, Job::kNone);
}

TEST_F(Simulated, FailsWhenTheDestinationDiesOnTheWay) {
  put(vm("a", "h1"));
  const auto source = on("h1");
  Endless migration(*source);
  write("hosts/h2.down", "");
  EXPECT_EQ(migration.end().how, How::kFailed);
  EXPECT_EQ(source->domains(false)->size(), 1U);
  EXPECT_FALSE(on("h2")->domains(false));
}

TEST_F(Simulated, AMigrationOutlivesWhoeverStartedIt) {
  put(vm("a", "h1"));
  {
    const auto lock = FolderLock::take(folder_);
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    ASSERT_TRUE(write_job(folder_, {VmId("a"), HostId("h1"), HostId("h2"),
                                    Instant{std::chrono::seconds(t.tv_sec - 1)}, 1ms, 1ms, 1}));
  }
  EXPECT_EQ(on("h2")->domains(false)->at(0).state, DomainState::kRunning);
}

TEST_F(Simulated, RefusesAMigrationThatCantBe) {
  const auto source = on("h1");
  EXPECT_EQ(source->migrate(to("h2"), {}).how, How::kNotStarted);
  put(vm("a", "h1"));
  EXPECT_EQ(source->migrate(to("h1"), {}).how, How::kNotStarted);
  EXPECT_EQ(source->migrate(to("h9"), {}).how, How::kNotStarted);
  write("hosts/h2.down", "");
  EXPECT_EQ(source->migrate(to("h2"), {}).how, How::kNotStarted);
  std::filesystem::remove(folder_ / "hosts/h2.down");
  SimulatedVm pinned = vm("a", "h1");
  pinned.pinned = "a passthrough device";
  put(pinned);
  EXPECT_NE(source->migrate(to("h2"), {}).error.find("passthrough"), std::string::npos);
  SimulatedVm off = vm("a", "h1");
  off.state = DomainState::kShutOff;
  put(off);
  EXPECT_EQ(source->migrate(to("h2"), {}).how, How::kNotStarted);
}

TEST_F(Simulated, StartsNoSecondMigrationOfAVm) {
  put(vm("a", "h1"));
  const auto source = on("h1");
  Endless migration(*source);
  EXPECT_EQ(source->migrate(to("h2"), {}).how, How::kNotStarted);
  EXPECT_EQ(source->domains(false)->at(0).job, Job::kOutgoing);
  EXPECT_TRUE(source->abort(VmId("a")));
  migration.end();
}

TEST_F(Simulated, EndsAMigrationThatIsUnwantedBeforeItBeginsOrAsSoonAsItHas) {
  put(vm("a", "h1"));
  const auto source = on("h1");
  Migration migration = to("h2");
  migration.unwanted = [] { return true; };
  EXPECT_EQ(source->migrate(migration, {}).how, How::kNotStarted);
  int asked = 0;
  migration.unwanted = [&asked] { return ++asked > 1; };
  EXPECT_EQ(source->migrate(migration, {}).how, How::kAborted);
  EXPECT_EQ(source->domains(false)->at(0).job, Job::kNone);
}

TEST_F(Simulated, SetsAutostartOfItsOwnVmsOnly) {
  put(vm("a", "h1"));
  EXPECT_TRUE(on("h1")->set_autostart(VmId("a"), true));
  EXPECT_TRUE(on("h1")->domains(false)->at(0).autostart);
  EXPECT_FALSE(on("h2")->set_autostart(VmId("a"), true));
}

TEST_F(Simulated, SetsNoAutostartOfWhatIsOff) {
  SimulatedVm off = vm("a", "h1");
  off.state = DomainState::kShutOff;
  put(off);
  EXPECT_FALSE(on("h1")->set_autostart(VmId("a"), true));
  EXPECT_TRUE(on("h1")->set_autostart(VmId("a"), false));
}

TEST_F(Simulated, NeedsItsHostsFile) {
  EXPECT_FALSE(make_simulated(options("h9")));
  EXPECT_FALSE(make_simulated({"/nowhere", HostId("h1"), 100}));
  EXPECT_FALSE(make_simulated({folder_.string(), HostId("h1"), 0}));
  EXPECT_TRUE(on("h1")->check().empty());
}

TEST_F(Simulated, ReportsABadFileInOneLine) {
  const auto hypervisor = on("h1");
  write("vms/a", "id = a\n");
  ASSERT_FALSE(hypervisor->domains(true));
  EXPECT_EQ(hypervisor->check().size(), 1U);
  EXPECT_FALSE(make_simulated_probe(options("h1"))->read());
}

TEST_F(Simulated, HostUsageIsItsOwnLoadAndItsVms) {
  put(vm("a", "h1"));
  put(vm("b", "h1"));
  put(vm("c", "h2"));
  const auto figures = make_simulated_probe(options("h1"))->read();
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->capacity, (Resources{4, 8192, 1000}));
  EXPECT_EQ(figures->usage, (Resources{3.5, 3024, 210}));
  EXPECT_DOUBLE_EQ(figures->available_memory_mib, 8192 - 3024);
}

TEST_F(Simulated, VmsShareAHostThatHasTooLittle) {
  host("h1", {2, 8192, 1000});
  put(vm("a", "h1"));
  put(vm("b", "h1"));
  EXPECT_DOUBLE_EQ(make_simulated_probe(options("h1"))->read()->usage.cpu, 2);
  EXPECT_NEAR(on("h1")->domains(true)->at(0).usage.cpu, 1.5 * 2 / 3.5, 1e-9);
}

}  // namespace
}  // namespace prumo::hypervisor
