#include "gossip/probe.h"

#include <gtest/gtest.h>

#include "gossip/health.h"

namespace prumo::gossip {
namespace {

const std::set<HostId> kThree{HostId("a"), HostId("b"), HostId("c")};
constexpr auto kAny = [](const HostId&) { return true; };

TEST(RoundRobin, VisitsEachOnceARound) {
  Random random(1);
  RoundRobin order;
  order.set(kThree, random);
  for (int round = 0; round < 20; ++round) {
    std::set<HostId> seen;
    for (int i = 0; i < 3; ++i) seen.insert(order.next(random, kAny));
    EXPECT_EQ(seen, kThree);
  }
}

TEST(RoundRobin, PassesOverTheUnwantedAndGivesUpWhenNoneIsWanted) {
  Random random(1);
  RoundRobin order;
  order.set(kThree, random);
  for (int i = 0; i < 9; ++i)
    EXPECT_EQ(order.next(random, [](const HostId& id) { return id == HostId("b"); }), HostId("b"));
  EXPECT_TRUE(order.next(random, [](const HostId&) { return false; }).empty());
  EXPECT_TRUE(RoundRobin().next(random, kAny).empty());
}

TEST(RoundRobin, KeepsItsPlaceWhenMembersComeAndGo) {
  Random random(3);
  RoundRobin order;
  order.set(kThree, random);
  const HostId first = order.next(random, kAny);
  std::set<HostId> ids = kThree;
  ids.insert(HostId("d"));
  order.set(ids, random);
  std::set<HostId> rest;
  for (int i = 0; i < 3; ++i) rest.insert(order.next(random, kAny));
  EXPECT_FALSE(rest.contains(first));
  EXPECT_EQ(rest.size(), 3U);
  ids.erase(first);
  order.set(ids, random);
  for (int i = 0; i < 6; ++i) EXPECT_NE(order.next(random, kAny), first);
}

TEST(ProbeTable, PutsOffAnOverdueVerdictThreeTimesAndNotForEver) {
  ProbeTable table;
  table.probes[1] = {HostId("a"), true, Instant::never(), Instant{1s}, {}, 0};
  table.probes[2] = {HostId("b"), true, Instant::never(), Instant{90s}, {}, 0};
  for (int i = 1; i < 10; ++i) table.postpone_due(Instant{80s}, Instant{10s + 1s * i});
  EXPECT_EQ(table.probes[1].verdict_at, Instant{13s});
  EXPECT_EQ(table.probes[2].verdict_at, Instant{90s}) << "not due, not put off";
}

TEST(ProbeTable, ForgetsARemovedMemberInEveryRole) {
  ProbeTable table;
  table.probes[1] = {HostId("a"), true, Instant{1s}, Instant{2s}, {}, 0};
  table.probes[2] = {HostId("b"), true, Instant::never(), Instant{5s}, {HostId("a")}, 0};
  table.errands[3] = {HostId("a"), 1, HostId("b"), Instant{1s}};
  table.errands[4] = {HostId("b"), 1, HostId("a"), Instant{1s}};
  table.forget(HostId("a"));
  EXPECT_EQ(table.probes.size(), 1U);
  EXPECT_TRUE(table.probes[2].unheard_helpers.empty());
  EXPECT_TRUE(table.errands.empty());
  EXPECT_EQ(table.next_deadline(), Instant{5s});
}

TEST(LocalHealth, StaysBetweenOneAndNine) {
  LocalHealth health;
  health.better();
  EXPECT_EQ(health.multiplier(), 1U);
  health.worse(0xFFFFFFFFU);
  health.worse(0xFFFFFFFFU);
  EXPECT_EQ(health.multiplier(), 9U);
  health.better();
  EXPECT_EQ(health.multiplier(), 8U);
}

}  // namespace
}  // namespace prumo::gossip
