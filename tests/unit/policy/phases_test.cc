// A test per sentence of the algorithm: phases 1 to 3.
#include <gtest/gtest.h>

#include "tests/unit/policy/cluster.h"

namespace prumo::policy::testing {
namespace {

std::vector<std::string> overloaded_of(const Snapshot& s) {
  std::vector<std::string> ids;
  for (const Relief& r : plan(s, {}).reliefs) ids.push_back(r.host.value);
  return ids;
}

TEST(Phase1, LeavesAHostAtTheLimitAlone) {
  EXPECT_TRUE(overloaded_of({{host("h1", {90, 90, 90})}, {}}).empty());
}

TEST(Phase1, TakesAnyResource) {
  const Snapshot s{{host("a", {91, 0, 0}), host("b", {0, 91, 0}), host("c", {0, 0, 91})}, {}};
  EXPECT_EQ(overloaded_of(s), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Phase1, GoesByUtilisationNotByUsage) {
  const Snapshot s{
      {host("big", {91, 0, 0}, {200, 100, 100}), host("small", {46, 0, 0}, {50, 100, 100})}, {}};
  EXPECT_EQ(overloaded_of(s), (std::vector<std::string>{"small"}));
}

TEST(Phase2, TakesTheCheapestThatIsEnough) {
  const Snapshot s{{host("h1", {92, 0, 0}), host("h2", {0, 0, 0})},
                   {vm("tiny", "h1", {1, 0, 0}, 10), vm("mid", "h1", {10, 0, 0}, 50),
                    vm("huge", "h1", {10, 0, 0}, 500)}};
  EXPECT_EQ(relieved(s, "h1"), "mid>h2");
}

TEST(Phase2, BreaksEqualCostsByVmId) {
  const Snapshot s{{host("h1", {92, 0, 0}), host("h2", {0, 0, 0})},
                   {vm("b", "h1", {10, 0, 0}), vm("a", "h1", {10, 0, 0})}};
  EXPECT_EQ(relieved(s, "h1"), "a>h2");
}

TEST(Phase2, BringsEveryResourceToTheTargetNotOnlyTheOverloadedOne) {
  // Memory at 0.88 is no overload, but it is above the target.
  const Snapshot s{{host("h1", {92, 88, 0}), host("h2", {0, 0, 0})},
                   {vm("cpu", "h1", {10, 0, 0}, 10), vm("both", "h1", {10, 5, 0}, 90)}};
  EXPECT_EQ(relieved(s, "h1"), "both>h2");
}

TEST(Phase2, IsSatisfiedByExactlyTheTarget) {
  const Snapshot s{{host("h1", {92, 0, 0}), host("h2", {0, 0, 0})}, {vm("v", "h1", {7, 0, 0})}};
  EXPECT_EQ(relieved(s, "h1"), "v>h2");
}

TEST(Phase2, PrefersOneDearVmToTwoCheapOnes) {
  const Snapshot s{
      {host("h1", {92, 0, 0}), host("h2", {0, 0, 0}), host("h3", {0, 0, 0})},
      {vm("a", "h1", {4, 0, 0}, 10), vm("b", "h1", {4, 0, 0}, 10), vm("c", "h1", {8, 0, 0}, 9000)}};
  EXPECT_EQ(relieved(s, "h1"), "c>h2");
}

TEST(Phase2, TakesThePairOfLeastTotalCostWhenNoSingleVmIsEnough) {
  const Snapshot s{{host("h1", {95, 0, 0}), host("h2", {0, 0, 0}), host("h3", {0, 0, 0})},
                   {vm("a", "h1", {2, 0, 0}, 10), vm("b", "h1", {5, 0, 0}, 100),
                    vm("c", "h1", {5, 0, 0}, 110), vm("d", "h1", {9, 0, 0}, 500)}};
  // a+d would do too, at more cost than b+c.
  EXPECT_EQ(relieved(s, "h1"), "b>h2 c>h3");
}

TEST(Phase2, BreaksEqualTotalsByTheLexicographicallyFirstCostRanks) {
  const Snapshot s{{host("h1", {95, 0, 0}), host("h2", {0, 0, 0}), host("h3", {0, 0, 0})},
                   {vm("d", "h1", {5, 0, 0}), vm("c", "h1", {5, 0, 0}), vm("b", "h1", {5, 0, 0}),
                    vm("a", "h1", {5, 0, 0})}};
  EXPECT_EQ(relieved(s, "h1"), "a>h2 b>h3");
}

TEST(Phase2, CountsARemainderBelowZeroAsZero) {
  // The VM's last reading exceeds the smoothed value of its host.
  const Snapshot s{{host("h1", {92, 5, 0}), host("h2", {0, 0, 0})}, {vm("v", "h1", {20, 9, 0})}};
  const Relief r = relieve(s, HostId("h1"), {});
  EXPECT_EQ(moves_of(r), "v>h2");
  EXPECT_EQ(r.explanation.vms.at(0).source_without.memory.value, 0);
}

TEST(Phase2, NeverMovesAPinnedVm) {
  Snapshot s{{host("h1", {92, 0, 0}), host("h2", {0, 0, 0})},
             {vm("a", "h1", {10, 0, 0}, 10), vm("b", "h1", {10, 0, 0}, 90)}};
  s.vms[0].pinned = "passthrough device";
  const Relief r = relieve(s, HostId("h1"), {});
  EXPECT_EQ(moves_of(r), "b>h2");
  EXPECT_EQ(verdict_of(r, "a")->reason, "passthrough device");
}

TEST(Phase2, PassesOverACheaperVmThatFitsNowhere) {
  const Snapshot s{{host("h1", {92, 0, 0}), host("h2", {80, 0, 0})},
                   {vm("a", "h1", {30, 0, 0}, 1), vm("b", "h1", {8, 0, 0}, 90)}};
  EXPECT_EQ(relieved(s, "h1"), "");
  Snapshot room = s;
  room.hosts[1].usage.cpu = 77;
  EXPECT_EQ(relieved(room, "h1"), "b>h2");
}

TEST(Phase3, PicksTheFullestHostThatFits) {
  const Snapshot s{{host("h1", {92, 0, 0}), host("idle", {0, 0, 0}), host("busy", {70, 0, 0}),
                    host("full", {80, 0, 0})},
                   {vm("v", "h1", {10, 0, 0})}};
  EXPECT_EQ(relieved(s, "h1"), "v>busy");
}

TEST(Phase3, MeasuresFullnessByVolumeOverAllResources) {
  const Snapshot s{{host("h1", {92, 0, 0}), host("cpu", {50, 0, 0}), host("mixed", {40, 40, 0})},
                   {vm("v", "h1", {10, 0, 0})}};
  EXPECT_EQ(relieved(s, "h1"), "v>mixed");
}

TEST(Phase3, BreaksEqualVolumesByHostId) {
  const Snapshot s{{host("h1", {92, 0, 0}), host("h3", {0, 50, 0}), host("h2", {50, 0, 0})},
                   {vm("v", "h1", {10, 0, 0})}};
  EXPECT_EQ(relieved(s, "h1"), "v>h2");
}

TEST(Phase3, AllowsExactlyTheTargetOnEveryResourceOfTheDestination) {
  const Snapshot at{{host("h1", {92, 0, 0}), host("h2", {55, 0, 0})}, {vm("v", "h1", {30, 0, 0})}};
  EXPECT_EQ(relieved(at, "h1"), "v>h2");
  const Snapshot memory{{host("h1", {92, 0, 0}), host("h2", {0, 80, 0})},
                        {vm("v", "h1", {30, 6, 0})}};
  EXPECT_EQ(relieved(memory, "h1"), "");
}

TEST(Phase3, DividesTheVmsUsageByTheDestinationsCapacity) {
  // 10 cores are half of the small host and a twentieth of the large one.
  const Snapshot s{{host("h1", {92, 0, 0}), host("small", {8, 0, 0}, {20, 100, 100}),
                    host("large", {70, 0, 0}, {200, 100, 100})},
                   {vm("v", "h1", {10, 0, 0})}};
  EXPECT_EQ(relieved(s, "h1"), "v>large");
}

TEST(Phase3, NeverUsesAHostWithoutWhatTheVmNeeds) {
  Snapshot s{{host("h1", {92, 0, 0}), host("h2", {0, 0, 0}, {100, 100, 0})},
             {vm("v", "h1", {10, 0, 1})}};
  EXPECT_EQ(relieved(s, "h1"), "");
  s.vms[0].usage.network = 0;
  EXPECT_EQ(relieved(s, "h1"), "v>h2");
}

TEST(Phase3, HoldsTheConfiguredMemoryInTheAvailableMemoryWhereBothAreKnown) {
  Snapshot s{{host("h1", {92, 0, 0}), host("h2", {0, 0, 0})}, {vm("v", "h1", {10, 0, 0})}};
  s.vms[0].memory_mib = 2048;
  EXPECT_EQ(relieved(s, "h1"), "v>h2");
  s.hosts[1].available_memory_mib = 2048;
  EXPECT_EQ(relieved(s, "h1"), "v>h2");
  s.hosts[1].available_memory_mib = 2047;
  const Relief r = relieve(s, HostId("h1"), {});
  EXPECT_EQ(moves_of(r), "");
  EXPECT_EQ(pair_of(r, "v", "h2")->reason, "2048 MiB configured > 2047 MiB available");
  s.vms[0].memory_mib.reset();
  EXPECT_EQ(relieved(s, "h1"), "v>h2");
}

TEST(Phase3, UsesNoClosedTakenOrBarredHostAndSaysWhy) {
  Snapshot s{{host("h1", {92, 0, 0}), host("h2", {30, 0, 0}), host("h3", {20, 0, 0}),
              host("h4", {10, 0, 0}), host("h5", {0, 0, 0})},
             {vm("v", "h1", {10, 0, 0})}};
  s.hosts[1].closed = "settling for 9 s";
  s.vms[0].barred[HostId("h3")] = "avoided for 2 min: refused";
  const Relief r = relieve(s, HostId("h1"), {}, {HostId("h4")});
  EXPECT_EQ(moves_of(r), "v>h5");
  EXPECT_EQ(pair_of(r, "v", "h2")->reason, "settling for 9 s");
  EXPECT_EQ(pair_of(r, "v", "h3")->reason, "avoided for 2 min: refused");
  EXPECT_EQ(pair_of(r, "v", "h4")->reason, "already receives a VM by this decision");
  EXPECT_TRUE(pair_of(r, "v", "h5")->chosen);
}

TEST(Phase3, SendsTheVmsOfASetToDifferentHosts) {
  const Snapshot s{{host("h1", {95, 0, 0}), host("h2", {0, 0, 0})},
                   {vm("a", "h1", {5, 0, 0}), vm("b", "h1", {5, 0, 0})}};
  EXPECT_EQ(relieved(s, "h1"), "");
}

TEST(Phase3, GivesWayWhereOnlyThenEveryVmOfTheSetHasAHost) {
  // a is cheaper and fits both; b fits only the fuller one.
  Snapshot s{{host("h1", {95, 0, 0}), host("h2", {50, 0, 0}), host("h3", {0, 0, 0})},
             {vm("a", "h1", {5, 0, 0}, 10), vm("b", "h1", {5, 0, 0}, 20)}};
  EXPECT_EQ(relieved(s, "h1"), "a>h2 b>h3");
  s.vms[1].barred[HostId("h3")] = "known there";
  EXPECT_EQ(relieved(s, "h1"), "a>h3 b>h2");
}

}  // namespace
}  // namespace prumo::policy::testing
