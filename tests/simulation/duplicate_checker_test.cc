#include "tests/simulation/checks/duplicate_checker.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/simulation/engine/watchers.h"
#include "tests/simulation/scenes.h"

namespace prumo::simulation {
namespace {

constexpr std::size_t kOriginal = 0;
constexpr std::size_t kEar = 2;
constexpr std::size_t kClone = 3;

/// Three hosts at rest, and a second one that is the first, with the same store.
Scenario cloned() {
  Scenario s = calm(3);
  s.clone = Clone{.of = kOriginal, .appears = 5s, .removed = 10min};
  s.hosts.push_back(s.hosts[kOriginal]);
  return s;
}

struct Two {
  Two() {
    watchers.add(checker);
    cluster.start();
    until(5s);
    cluster.machine(kClone).appear(cluster.machine(kOriginal).disk().stored());
  }
  void until(TrueTime when) {
    while (cluster.heap().run_next(when)) {
    }
  }
  [[nodiscard]] bool bars() { return !cluster.machine(kEar).peer()->durable().barred.empty(); }
  /// Looks once a second, also before; for longer than an ear may take, however seldom it is spoken
  /// to.
  void look_for_long() {
    const TrueTime end = cluster.now() + 3min;
    while (!verdict.bad() && cluster.now() < end) {
      until(cluster.now() + 1s);
      before_each();
      checker.look();
    }
  }

  std::function<void()> before_each = [] {};
  Scenario scenario = cloned();
  Verdict verdict;
  Watchers watchers;
  Cluster cluster{scenario, watchers};
  DuplicateChecker checker{cluster, verdict};
};

TEST(DuplicateChecker, BlamesNobodyWhoBarsThem) {
  Two two;
  two.look_for_long();
  EXPECT_TRUE(two.bars());
  EXPECT_FALSE(two.verdict.bad()) << two.verdict.first()->text;
}

TEST(DuplicateChecker, NoticesAHostThatHearsBothAndBarsNeither) {
  Two two;
  two.before_each = [&] { two.cluster.machine(kEar).request(Rejoin{}); };
  two.look_for_long();
  EXPECT_TRUE(two.verdict.bad());
}

TEST(DuplicateChecker, AsksNothingOfAHostThatIsNoMemberOfTheirs) {
  Two two;
  const auto& list = two.scenario.members.list();
  two.until(6s);
  for (const std::size_t i : {kOriginal, std::size_t{1}, kClone})
    two.cluster.machine(i).set_members(Members({list[0], list[1]}));
  two.cluster.machine(kEar).request(Rejoin{});
  two.look_for_long();
  EXPECT_FALSE(two.bars());
  EXPECT_FALSE(two.verdict.bad()) << two.verdict.first()->text;
}

}  // namespace
}  // namespace prumo::simulation
