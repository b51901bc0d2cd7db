// The practical options at work in peers; each is off by default.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/peer/world.h"

namespace prumo::test {
namespace {

/// h3 leads. `change` comes before the hosts start.
struct PeerOptions : testing::Test {
  World w{{"h1", "h2", "h3"}};
  void restart() {
    for (const char* host : {"h1", "h2", "h3"}) {
      w.crash(host);
      w.start(host);
    }
  }
  void heat() {
    w.add_vm("h1", "a", 50);
    w.add_vm("h1", "b", 44);
    w.add_vm("h2", "c", 20);
    w.add_vm("h3", "d", 5);
  }
  std::size_t started(const char* host = "h1") { return w.effects<StartMigration>(host).size(); }
};

TEST_F(PeerOptions, HoldAsksForLasting) {
  w.parameters.policy.hold = 20;
  restart();
  heat();
  w.run(15s);
  EXPECT_TRUE(w.sent<VmInfo>("h1").empty());
  ASSERT_TRUE(w.run_until([&] { return started() > 0; }, 60s));
}

TEST_F(PeerOptions, AReserveIsKeptByThePlanAndByTheDestination) {
  w.parameters.relief.reserve = 0.4;
  restart();
  heat();
  // b would fill h2 to 0.64 and h3 to 0.49; only 0.45 is left free.
  w.run(60s);
  EXPECT_EQ(started(), 0U);
  EXPECT_FALSE(w.notes<note::NoRelief>("h3").empty());
  w.send("h1", "h2", Reserve{{Epoch{1000}, Round{1}, 0}, VmId("x"), "x", {30, 1, 0}, 1, false});
  w.run(1s);
  ASSERT_FALSE(w.sent<Refused>("h2").empty());
  EXPECT_EQ(w.sent<Refused>("h2")[0].reason, "cpu 0.500 > 0.450");
}

TEST_F(PeerOptions, AHostSaysHowManyMigrationsItHasBegun) {
  heat();
  ASSERT_TRUE(w.run_until([&] { return w.runs_at("b", "h2"); }, 60s));
  w.add_vm("h2", "e", 60);
  ASSERT_TRUE(w.run_until(
      [&] {
        const auto infos = w.sent<Info>("h1");
        return !infos.empty() && infos.back().host.moved_lately == 1;
      },
      60s));
}

/// Two hosts are hot, two have room, h5 leads; a migration takes 20 s.
struct PeerLimits : testing::Test {
  World w{{"h1", "h2", "h3", "h4", "h5"}};
  void begin() {
    w.migration_time = 20s;
    for (const char* host : {"h1", "h2", "h3", "h4", "h5"}) {
      w.crash(host);
      w.start(host);
    }
    for (const char* host : {"h1", "h2"}) {
      w.add_vm(host, std::string("big-") + host, 50);
      w.add_vm(host, std::string("small-") + host, 44);
    }
    w.add_vm("h3", "c", 20);
    w.add_vm("h4", "d", 10);
    w.add_vm("h5", "e", 60);
  }
  std::size_t started() {
    return w.effects<StartMigration>("h1").size() + w.effects<StartMigration>("h2").size();
  }
  bool told(const std::string& reason) {
    const auto notes = w.notes<note::NoRelief>("h5");
    return std::any_of(notes.begin(), notes.end(),
                       [&](const note::NoRelief& n) { return n.reason == reason; });
  }
};

TEST_F(PeerLimits, NoneByDefault) {
  begin();
  EXPECT_TRUE(w.run_until([&] { return started() == 2; }, 15s));
}

TEST_F(PeerLimits, OfMigrationsAtATime) {
  w.parameters.relief.most_at_once = 1;
  begin();
  ASSERT_TRUE(w.run_until([&] { return started() == 1; }, 60s));
  const Instant first = w.now;
  ASSERT_TRUE(w.run_until([&] { return started() == 2; }, 200s));
  EXPECT_GE(w.now - first, 20s);
  EXPECT_TRUE(told("limit of 1 migrations at a time is reached"));
}

TEST_F(PeerLimits, OfMigrationsAnHour) {
  w.parameters.relief.most_per_hour = 1;
  begin();
  w.run(200s);
  EXPECT_EQ(started(), 1U);
  EXPECT_TRUE(told("limit of 1 migrations an hour is reached"));
}

TEST_F(PeerOptions, TheSanityGateFreezesAHostWithImpossibleFiguresAndReportsIt) {
  w.parameters.relief.sanity_gate = true;
  restart();
  w.add_vm("h1", "a", 50);
  w.add_vm("h1", "b", 20);
  w.run(6s);
  w.at("h1").domains[VmId("a")].usage.cpu = 400;
  w.run(1s);
  w.at("h1").domains[VmId("a")].usage.cpu = 50;
  ASSERT_FALSE(w.notes<note::HypervisorTrouble>("h1").empty());
  EXPECT_EQ(w.notes<note::HypervisorTrouble>("h1")[0].why, "frozen: cpu is 420 cores of 100 cores");
  EXPECT_EQ(w.peer("h1").status(w.now).hosts[0].summary.trouble,
            "frozen: cpu is 420 cores of 100 cores");
  w.run(4s);
  EXPECT_TRUE(w.sent<VmInfo>("h1").empty());
  EXPECT_EQ(w.notes<note::HypervisorRecovered>("h1").size(), 1U) << "three good samples thaw it";
}

TEST_F(PeerOptions, TheSanityGateLetsATrueOverloadThrough) {
  w.parameters.relief.sanity_gate = true;
  restart();
  heat();
  ASSERT_TRUE(w.run_until([&] { return w.runs_at("b", "h2"); }, 60s));
}

TEST_F(PeerOptions, VmFiguresAreSmoothedWhenAsked) {
  w.parameters.policy.vm_mu = 0.1;
  restart();
  w.add_vm("h1", "a", 10);
  w.run(10s);
  w.at("h1").domains[VmId("a")].usage.cpu = 20;
  w.run(1s);
  EXPECT_NEAR(w.peer("h1").status(w.now).domains[0].usage.cpu, 11, 1e-9);
}

}  // namespace
}  // namespace prumo::test
