#include "tests/simulation/checks/operation_checker.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/simulation/engine/watchers.h"
#include "tests/simulation/scenes.h"

namespace prumo::simulation {
namespace {

/// Three hosts at rest, and a VM that somebody moves from the first to the second.
struct Moved {
  Moved() : vm(scenario.vms.front().id) {
    watchers.add(checker);
    cluster.start();
    until([&] { return cluster.now() >= 1s; });
    EXPECT_TRUE(v.runs(0, vm));
    move(0, 1);
    until([&] { return v.runs(1, vm); });
  }
  void move(std::size_t from, std::size_t to) {
    v.migrate({.op = std::nullopt, .vm = vm, .from = from, .to = to});
  }
  void until(const std::function<bool()>& holds) {
    while (!holds() && cluster.now() < 2min && cluster.heap().run_next(2min)) {
    }
    EXPECT_TRUE(holds());
  }
  [[nodiscard]] bool switches_over(std::size_t host) const {
    const auto copy = v.copy(host, vm);
    return copy && copy->state == DomainState::kPausedMigrated;
  }

  Scenario scenario = calm(3);
  VmId vm;
  Verdict verdict;
  Watchers watchers;
  Cluster cluster{scenario, watchers};
  Virtualisation& v = cluster.virtualisation();
  OperationChecker checker{cluster, verdict};
};

TEST(OperationChecker, BlamesNobodyForWhatLibvirtResumesBehindAVmThatIsMovedFurther) {
  Moved m;
  m.cluster.network().cut(0, 1, 1min);
  m.move(1, 2);
  m.until([&] { return m.switches_over(1); });
  m.v.hang(2, 40s);
  m.until([&] { return m.v.runs(0, m.vm); });
  EXPECT_EQ(m.v.where_it_runs(m.vm).size(), 1U);
  m.until([&] { return m.v.runs(2, m.vm); });
  EXPECT_EQ(m.v.where_it_runs(m.vm).size(), 2U);
  EXPECT_FALSE(m.verdict.bad()) << m.verdict.first()->text;
}

TEST(OperationChecker, ExcusesNothingAfterAMoveThatFailedWhileItSwitchedOver) {
  Moved m;
  m.cluster.network().cut(0, 1, 1min);
  m.move(1, 2);
  m.until([&] { return m.switches_over(1); });
  ASSERT_TRUE(m.v.stop_vm(2, m.vm));
  m.until([&] { return m.v.runs(1, m.vm); });
  EXPECT_TRUE(m.switches_over(0));
  EXPECT_FALSE(m.verdict.bad());
  m.checker.running(m.vm, 2, Begins::kArrives);
  EXPECT_TRUE(m.verdict.bad());
}

}  // namespace
}  // namespace prumo::simulation
