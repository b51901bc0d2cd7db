#include "policy/explain.h"

#include <gtest/gtest.h>

#include "policy/render.h"
#include "policy/text.h"
#include "tests/unit/policy/cluster.h"

namespace prumo::policy::testing {
namespace {

/// The example of a host that nothing relieves: 16 cores each, one big VM, a few small ones.
Snapshot no_relief() {
  const Resources capacity{16, 65536, 1000};
  Snapshot s;
  s.hosts = {host("h6", {14.736, 20000, 10}, capacity), host("h2", {12.1, 20000, 10}, capacity),
             host("h4", {13.3, 20000, 10}, capacity), host("h5", {1.3, 20000, 10}, capacity)};
  s.hosts[3].closed = "settling for 9 s";
  s.vms = {vm("big1", "h6", {1.9, 4000, 1}, 800), vm("web7", "h6", {0.3, 1000, 1}, 200),
           vm("web8", "h6", {0.25, 1000, 1}, 210)};
  return s;
}

TEST(Explanation, TellsOfTheChosenWhyAndOfTheOthersWhyNot) {
  const Snapshot s{{host("h1", {93.4, 20, 0}), host("h2", {25, 0, 0}), host("h3", {63, 0, 0}),
                    host("h4", {84, 0, 0})},
                   {vm("web1", "h1", {1, 0, 0}, 10), vm("web3", "h1", {16.9, 0, 0}, 51),
                    vm("web2", "h1", {37, 0, 0}, 82)}};
  const Relief r = relieve(s, HostId("h1"), {});
  EXPECT_EQ(moves_of(r), "web3>h3");
  EXPECT_EQ(r.explanation.overload, "cpu 0.934 > 0.900");
  ASSERT_EQ(r.explanation.vms.size(), 3U);
  EXPECT_EQ(verdict_of(r, "web1")->reason, "cpu 0.924 > 0.850 without it");
  EXPECT_FALSE(verdict_of(r, "web1")->enough);
  EXPECT_EQ(verdict_of(r, "web3")->reason, "cheapest that is enough");
  EXPECT_TRUE(verdict_of(r, "web3")->chosen);
  EXPECT_EQ(verdict_of(r, "web3")->source_without.cpu.value, 765'000);
  EXPECT_EQ(verdict_of(r, "web2")->reason, "would do, dearer");
  EXPECT_EQ(pair_of(r, "web3", "h4")->reason, "cpu 1.009 > 0.850");
  EXPECT_EQ(pair_of(r, "web3", "h3")->reason, "fits");
  EXPECT_TRUE(pair_of(r, "web3", "h3")->chosen);
  EXPECT_FALSE(pair_of(r, "web3", "h2")->chosen);
  EXPECT_EQ(r.explanation.conclusion,
            "web3 goes to h3: cheapest that is enough, to the fullest host that fits");
}

TEST(Explanation, ListsHostsFullestFirst) {
  const Snapshot s{
      {host("h1", {93, 0, 0}), host("a", {10, 0, 0}), host("b", {50, 0, 0}), host("c", {80, 0, 0})},
      {vm("v", "h1", {20, 0, 0})}};
  std::string order;
  for (const PairVerdict& v : relieve(s, HostId("h1"), {}).explanation.pairs) order += v.host.value;
  EXPECT_EQ(order, "cba");
}

TEST(Explanation, SaysWhyADearerVmWasNeeded) {
  Snapshot s{{host("h1", {92, 0, 0}), host("h2", {70, 0, 0})},
             {vm("a", "h1", {30, 0, 0}, 1), vm("b", "h1", {8, 0, 0}, 90)}};
  const Relief r = relieve(s, HostId("h1"), {});
  EXPECT_EQ(verdict_of(r, "a")->reason,
            "enough, fits nowhere: nearest is h2, which lacks 15.0 cores");
  EXPECT_EQ(verdict_of(r, "b")->reason, "cheapest that is enough and fits somewhere");
  EXPECT_EQ(pair_of(r, "a", "h2")->reason, "cpu 1.000 > 0.850");
}

TEST(Explanation, OfNoReliefSaysWhatMustFallHowMuchMustLeaveAndWhatWouldHelp) {
  const Relief r = relieve(no_relief(), HostId("h6"), {});
  EXPECT_EQ(r.explanation.conclusion,
            "no host takes any set of its VMs that would be enough; "
            "cpu 0.921 must fall to 0.850: at least 1.2 cores must leave; "
            "at most web7 and web8 can leave at once, 0.55 cores: still 0.586 cores short; "
            "what would help: 0.4 cores free on h2 (for big1), or target 0.88");
  EXPECT_EQ(verdict_of(r, "big1")->reason,
            "1.9 cores, enough, fits nowhere: nearest is h2, which lacks 0.4 cores");
  EXPECT_EQ(verdict_of(r, "web7")->reason, "0.3 cores, not enough alone");
  EXPECT_EQ(pair_of(r, "big1", "h5")->reason, "settling for 9 s");
}

TEST(Explanation, SuggestsATargetThatIndeedHelps) {
  Parameters p;
  p.target = 0.88;
  EXPECT_EQ(relieved(no_relief(), "h6", p), "big1>h2");
  p.target = 0.87;
  EXPECT_EQ(relieved(no_relief(), "h6", p), "");
}

TEST(Explanation, SuggestsRoomThatIndeedHelps) {
  Snapshot s = no_relief();
  s.hosts[1].usage.cpu -= 0.4;
  EXPECT_EQ(relieved(s, "h6"), "big1>h2");
}

TEST(Explanation, OfAVmThatNoMethodKeepsWithinItsLimitsGivesTheNumbers) {
  Snapshot s;
  s.hosts = {host("h1", {95, 10, 0}), host("h2", {10, 10, 0})};
  s.vms = {vm("a", "h1", {20, 0, 0}, 500), vm("b", "h1", {20, 0, 0}, 1000)};
  s.vms[0].manner = Manner{MethodWish::kAuto, false, 300ms, Duration{0}, 100, 150};
  const Relief relief = relieve(s, HostId("h1"), {});
  EXPECT_EQ(moves_of(relief), "b>h2");
  EXPECT_EQ(verdict_of(relief, "a")->reason,
            "no method keeps within its limits: pre-copy does not converge, stop-and-copy downtime "
            "5.0 s > 320 ms");
  EXPECT_FALSE(verdict_of(relief, "a")->forecast);
  s.vms.pop_back();
  EXPECT_NE(relieve(s, HostId("h1"), {}).infeasible.find("every VM of h1 must stay: a (no method"),
            std::string::npos);
}

TEST(Explanation, TellsWhatTheMigrationOfAChosenVmIsExpectedToTake) {
  Snapshot s;
  s.hosts = {host("h1", {95, 10, 0}), host("h2", {10, 10, 0})};
  s.vms = {vm("a", "h1", {20, 0, 0}, 500)};
  s.vms[0].manner = Manner{MethodWish::kPreCopy, false, 300ms, Duration{0}, 100, 10};
  const Relief relief = relieve(s, HostId("h1"), {});
  ASSERT_TRUE(verdict_of(relief, "a")->forecast);
  EXPECT_EQ(verdict_of(relief, "a")->forecast, *forecast(*s.vms[0].manner, 500, 500));
  EXPECT_NE(render(relief).find(
                "  a is expected to go by pre-copy in 5.6 s, downtime 70 ms, 555 MiB; writes 10\n"
                "    MiB/s\n"),
            std::string::npos)
      << render(relief);
}

TEST(Explanation, OfASetNamesTheOthers) {
  const Snapshot s{{host("h1", {95, 0, 0}), host("h2", {0, 0, 0}), host("h3", {0, 0, 0})},
                   {vm("a", "h1", {5, 0, 0}), vm("b", "h1", {5, 0, 0})}};
  const Relief r = relieve(s, HostId("h1"), {});
  EXPECT_EQ(verdict_of(r, "a")->reason, "enough together with b");
  EXPECT_NE(r.explanation.conclusion.find("a and b leave together"), std::string::npos);
}

std::size_t total_bytes(const Explanation& e) {
  std::size_t bytes =
      encoded_bytes(e.conclusion) + encoded_bytes(e.overload) + encoded_bytes(e.host.value);
  for (const VmVerdict& v : e.vms) bytes += encoded_bytes(v);
  for (const PairVerdict& v : e.pairs) bytes += encoded_bytes(v);
  return bytes;
}

TEST(Explanation, StaysWithinItsSizeAndCountsWhatItLeavesOut) {
  Snapshot s;
  s.hosts.push_back(host("hot", {95, 0, 0}));
  for (int i = 0; i < 100; ++i) s.hosts.push_back(host("h" + std::to_string(i), {84, 0, 0}));
  for (int i = 0; i < 200; ++i) s.vms.push_back(vm("v" + std::to_string(i), "hot", {2, 0, 0}, i));
  const Relief r = relieve(s, HostId("hot"), {});
  EXPECT_LE(total_bytes(r.explanation), kExplanationBytes);
  EXPECT_EQ(r.explanation.vms.size() + r.explanation.pairs.size() + r.explanation.left_out,
            200U + 200U * 100U);
  EXPECT_GT(r.explanation.left_out, 0U);
  EXPECT_GT(r.explanation.pairs.size(), 20U);
  const Decision full = plan(s, {}, Detail::kFull);
  EXPECT_EQ(full.reliefs.at(0).explanation.left_out, 0U);
  EXPECT_EQ(full.reliefs.at(0).explanation.pairs.size(), 200U * 100U);
}

TEST(Explanation, KeepsTheChosenWhenItMustLeaveOut) {
  Snapshot s;
  s.hosts.push_back(host("hot", {95, 0, 0}));
  for (int i = 0; i < 900; ++i) s.hosts.push_back(host("h" + std::to_string(i), {84, 0, 0}));
  s.hosts.push_back(host("idle", {0, 0, 0}));
  for (int i = 0; i < 500; ++i) s.vms.push_back(vm("v" + std::to_string(i), "hot", {2, 0, 0}, 1));
  s.vms.push_back(vm("dear", "hot", {20, 0, 0}, 90'000));
  const Relief r = relieve(s, HostId("hot"), {});
  EXPECT_EQ(moves_of(r), "dear>idle");
  ASSERT_NE(verdict_of(r, "dear"), nullptr);
  ASSERT_NE(pair_of(r, "dear", "idle"), nullptr);
  EXPECT_GT(r.explanation.left_out, 0U);
}

TEST(Explanation, IsNotBlownUpByHostileNames) {
  Snapshot s{{host("h1", {95, 0, 0}), host("h2", {0, 0, 0})}, {}};
  for (int i = 0; i < 50; ++i) {
    s.vms.push_back(vm("v" + std::to_string(i), "h1", {20, 0, 0}));
    s.vms.back().name = std::string(20'000, i % 2 == 0 ? '\x01' : 'x');
    s.vms.back().pinned = i == 0 ? "" : std::string(20'000, '"');
  }
  const Relief r = relieve(s, HostId("h1"), {});
  EXPECT_EQ(moves_of(r), "v0>h2");
  EXPECT_LE(total_bytes(r.explanation), kExplanationBytes);
}

TEST(Text, RoundsAmountsUpAndDropsNeedlessZeros) {
  EXPECT_EQ(amount(Resource::kCpu, 1.1351), "1.2 cores");
  EXPECT_EQ(amount(Resource::kCpu, 0.4000000001), "0.4 cores");
  EXPECT_EQ(amount(Resource::kCpu, 0.0004), "0.001 cores");
  EXPECT_EQ(amount(Resource::kMemory, 2048), "2048 MiB");
  EXPECT_EQ(amount(Resource::kNetwork, 40), "40.0 Mbit/s");
}

TEST(Text, ListsNamesAndCountsTheRest) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(listed({"a", "b", "c", "d", "e"}, 2), "a, b and 3 more");
}

TEST(Text, IsCutAtACharacter) {
  EXPECT_EQ(clipped("abc", 3), "abc");
  EXPECT_EQ(clipped("abcdef", 5), "ab...");
  EXPECT_EQ(clipped("a\u00e9\u00e9\u00e9\u00e9", 5), "a...");
}

}  // namespace
}  // namespace prumo::policy::testing
