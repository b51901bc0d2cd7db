// The decision as a whole: several hosts, nothing to be done, partial relief, the work limit.
#include "policy/plan.h"

#include <gtest/gtest.h>

#include "src/core/random.h"
#include "tests/unit/policy/cluster.h"

namespace prumo::policy::testing {
namespace {

TEST(Plan, RelievesTheWorstFirstAndTiesByHostId) {
  const Snapshot s{{host("a", {92, 0, 0}), host("c", {0, 99, 0}), host("b", {0, 0, 99})}, {}};
  const Decision d = plan(s, {});
  ASSERT_EQ(d.reliefs.size(), 3U);
  EXPECT_EQ(d.reliefs[0].host.value, "b");
  EXPECT_EQ(d.reliefs[1].host.value, "c");
  EXPECT_EQ(d.reliefs[2].host.value, "a");
}

TEST(Plan, TakesADestinationUsedByOneFromTheNext) {
  Snapshot s{{host("a", {95, 0, 0}), host("b", {92, 0, 0}), host("c", {50, 0, 0})},
             {vm("x", "a", {10, 0, 0}), vm("y", "b", {10, 0, 0})}};
  Decision d = plan(s, {});
  EXPECT_EQ(moves_of(d.reliefs[0]), "x>c");
  EXPECT_EQ(moves_of(d.reliefs[1]), "");
  EXPECT_FALSE(d.reliefs[1].infeasible.empty());
  s.hosts.push_back(host("d", {0, 0, 0}));
  d = plan(s, {});
  EXPECT_EQ(moves_of(d.reliefs[0]), "x>c");
  EXPECT_EQ(moves_of(d.reliefs[1]), "y>d");
}

TEST(Plan, OfAnEmptySnapshotIsEmpty) { EXPECT_TRUE(plan({}, {}).reliefs.empty()); }

TEST(Relieve, ServesAHostThatAskedThoughItIsBelowTheLimitByNow) {
  const Snapshot s{{host("h1", {88, 0, 0}), host("h2", {0, 0, 0})}, {vm("v", "h1", {10, 0, 0})}};
  EXPECT_EQ(relieved(s, "h1"), "v>h2");
}

TEST(Relieve, MovesNothingFromAHostThatIsAtTheTargetAlready) {
  const Snapshot s{{host("h1", {85, 0, 0}), host("h2", {0, 0, 0})}, {vm("v", "h1", {10, 0, 0})}};
  const Relief r = relieve(s, HostId("h1"), {});
  EXPECT_TRUE(r.moves.empty());
  EXPECT_EQ(r.infeasible, "h1 is at most 0.850 on every resource already");
}

TEST(Relieve, SaysSoWhenTheHostIsUnknown) {
  EXPECT_EQ(relieve({}, HostId("h9"), {}).infeasible, "no figures of this host");
}

TEST(Relieve, GivesTheReasonWhenNothingCanBeDone) {
  const Host hot = host("h1", {95, 0, 0});
  const Host cold = host("h2", {0, 0, 0});
  const Vm v = vm("v", "h1", {20, 0, 0});
  const auto reason = [](const Snapshot& s) { return relieve(s, HostId("h1"), {}).infeasible; };

  EXPECT_EQ(reason({{hot, cold}, {}}), "h1 runs no VM that could leave");
  EXPECT_EQ(reason({{hot}, {v}}), "there is no other host");

  Vm pinned = v;
  pinned.pinned = "ignored by pattern v*";
  EXPECT_EQ(reason({{hot, cold}, {pinned}}), "every VM of h1 must stay: v (ignored by pattern v*)");

  EXPECT_EQ(reason({{hot, cold}, {vm("small", "h1", {5, 0, 0})}}),
            "even without every VM that may leave, cpu 0.900 > 0.850");

  Host closed = cold;
  closed.closed = "suspect";
  EXPECT_EQ(reason({{hot, closed}, {v}}), "no other host takes a VM now (h2: suspect)");

  EXPECT_EQ(reason({{hot, host("h2", {80, 0, 0})}, {v}}),
            "no host takes any set of its VMs that would be enough");

  EXPECT_EQ(reason({{host("h1", {10, 0, 5}, {100, 100, 0}), cold}, {v}}),
            "h1 uses network but has a capacity of 0 there, which no move changes");
}

TEST(Relieve, TakesPartialReliefOnlyWhenAllowed) {
  const Snapshot s{
      {host("h1", {99, 90, 0}), host("h2", {0, 0, 0})},
      {vm("a", "h1", {3, 9, 0}, 1), vm("b", "h1", {6, 0, 0}, 500), vm("c", "h1", {6, 0, 0}, 400)}};
  EXPECT_EQ(relieved(s, "h1"), "");
  Parameters p;
  p.allow_partial = true;
  const Relief r = relieve(s, HostId("h1"), p);
  // The worst resource is cpu; b and c lower it alike, c costs less.
  EXPECT_EQ(moves_of(r), "c>h2");
  EXPECT_TRUE(r.partial);
  EXPECT_EQ(r.infeasible, "");
}

TEST(Relieve, PrefersFullReliefToPartialOne) {
  const Snapshot s{{host("h1", {95, 0, 0}), host("h2", {0, 0, 0})},
                   {vm("a", "h1", {10, 0, 0}, 1), vm("b", "h1", {50, 0, 0}, 500)}};
  Parameters p;
  p.allow_partial = true;
  const Relief r = relieve(s, HostId("h1"), p);
  EXPECT_EQ(moves_of(r), "a>h2");
  EXPECT_FALSE(r.partial);
}

TEST(Relieve, MovesNothingInPartThatDoesNotLowerTheWorstResource) {
  const Snapshot s{{host("h1", {99, 0, 0}), host("h2", {0, 0, 0})}, {vm("a", "h1", {0, 9, 0})}};
  Parameters p;
  p.allow_partial = true;
  EXPECT_TRUE(relieve(s, HostId("h1"), p).moves.empty());
}

/// A host whose VMs each relieve one of two resources, in amounts that no bound on one resource
/// alone sees through, against hosts that take any of them.
Snapshot hard(std::size_t vms, std::size_t hosts, double cpu, double memory) {
  Random rng(vms * 1000 + hosts);
  Snapshot s;
  s.hosts.push_back(host("hot", {cpu, memory, 0}));
  for (std::size_t i = 0; i < hosts; ++i) {
    s.hosts.push_back(
        host("h" + std::to_string(100 + i), {70 + 5 * rng.unit(), 70 + 5 * rng.unit(), 0}));
  }
  for (std::size_t i = 0; i < vms; ++i) {
    const double weight = 0.9 + 0.2 * rng.unit();
    const double share = rng.unit();
    s.vms.push_back(vm("v" + std::to_string(100 + i), "hot",
                       {weight * share, weight * (1 - share), 0}, 100 + 900 * rng.unit()));
  }
  return s;
}

TEST(WorkLimit, BoundsTheSearchOfSixtyVmsThatCannotBeRelieved) {
  for (const std::size_t hosts : {5U, 10U, 30U, 100U}) {
    for (const double excess : {2.0, 3.0, 4.0, 6.0, 10.0}) {
      const Relief r = relieve(hard(60, hosts, 85 + excess, 85 + excess), HostId("hot"), {});
      EXPECT_LE(r.explanation.nodes, Parameters{}.work_limit + 1000);
      EXPECT_EQ(r.moves.empty(), !r.infeasible.empty());
    }
  }
}

TEST(WorkLimit, IsNotNeededWhereTheBoundsProveThatNothingWorks) {
  // Needs ten of these VMs, and there are five hosts.
  Snapshot s;
  s.hosts.push_back(host("hot", {95, 0, 0}));
  for (int i = 0; i < 5; ++i) s.hosts.push_back(host("h" + std::to_string(i), {50, 0, 0}));
  for (int i = 0; i < 60; ++i)
    s.vms.push_back(vm("v" + std::to_string(i), "hot", {1, 0, 0}, 100 + i));
  const Relief r = relieve(s, HostId("hot"), {});
  EXPECT_TRUE(r.moves.empty());
  EXPECT_FALSE(r.explanation.limit_reached);
  EXPECT_LT(r.explanation.nodes, 1000U);
}

TEST(WorkLimit, KeepsTheBestSetFoundSoFarAndSaysSo) {
  const Snapshot s = hard(60, 30, 88.0, 88.0);
  Parameters p;
  p.work_limit = 100'000'000;
  const Relief full = relieve(s, HostId("hot"), p);
  ASSERT_FALSE(full.moves.empty());
  ASSERT_FALSE(full.explanation.limit_reached);
  p.work_limit = full.explanation.nodes - 1;
  const Relief cut = relieve(s, HostId("hot"), p);
  EXPECT_TRUE(cut.explanation.limit_reached);
  ASSERT_FALSE(cut.moves.empty());
  EXPECT_EQ(cut.moves.size(), full.moves.size());
  EXPECT_NE(cut.explanation.conclusion.find("work limit"), std::string::npos);
}

/// Three hosts, and VMs of which no three relieve both resources, though no bound shows it.
Snapshot nearly() {
  Random rng(3);
  Snapshot s;
  s.hosts = {host("hot", {94, 94, 0}), host("h1", {0, 0, 0}), host("h2", {0, 0, 0}),
             host("h3", {0, 0, 0})};
  for (std::size_t i = 0; i < 60; ++i) {
    const double more = (i % 2 == 0 ? 4 : 2) + 0.2 * rng.unit();
    s.vms.push_back(
        vm("v" + std::to_string(100 + i), "hot", {more, 6 - more, 0}, 100 + 9 * rng.unit()));
  }
  return s;
}

TEST(WorkLimit, WithNothingFoundIsTheReason) {
  Parameters p;
  p.work_limit = 1000;
  const Relief r = relieve(nearly(), HostId("hot"), p);
  EXPECT_TRUE(r.explanation.limit_reached);
  EXPECT_EQ(r.infeasible,
            "the search stopped at its work limit of 1000 nodes and had found no set by then");
}

TEST(WorkLimit, IsNotBlamedForWhatTheSearchHasProven) {
  const Relief r = relieve(nearly(), HostId("hot"), {});
  EXPECT_FALSE(r.explanation.limit_reached);
  EXPECT_EQ(r.infeasible, "no host takes any set of its VMs that would be enough");
}

TEST(WorkLimit, FallsBackToAGreedySetThatIsEnoughWithHostsOfItsOwn) {
  const Snapshot s = hard(60, 30, 95.0, 95.0);
  const Relief r = relieve(s, HostId("hot"), {});
  ASSERT_TRUE(r.explanation.limit_reached);
  ASSERT_FALSE(r.moves.empty());
  double cpu = 95;
  double memory = 95;
  std::set<HostId> hosts;
  for (const Move& m : r.moves) {
    EXPECT_TRUE(hosts.insert(m.to).second);
    EXPECT_TRUE(pair_of(r, m.vm.value, m.to.value)->fits);
    for (const Vm& v : s.vms) {
      if (v.id != m.vm) continue;
      cpu -= v.usage.cpu;
      memory -= v.usage.memory;
    }
  }
  EXPECT_LE(cpu, 85 + 1e-3);
  EXPECT_LE(memory, 85 + 1e-3);
}

}  // namespace
}  // namespace prumo::policy::testing
