// What N machines do together, in virtual time.

#include "tests/unit/gossip/network.h"

#include <gtest/gtest.h>

namespace prumo::gossip {
namespace {

constexpr std::uint64_t kSeed = 20;

TEST(GossipNetwork, FiftyHostsThatStartTogetherKnowEachOtherWithinSeconds) {
  Network net(50, kSeed);
  const auto took = net.run_until_holds(5s, [&] { return net.all_alive_everywhere(); });
  ASSERT_TRUE(took);
  EXPECT_LT(*took, 3s);
}

TEST(GossipNetwork, FiftyHostsConvergeUnderTenPercentLoss) {
  Network net(50, kSeed);
  net.loss = 0.10;
  net.run_for(10s);
  net.input(7, Own{summary_with(99), false});
  const auto took = net.run_until_holds(20s, [&] { return net.all_know_vm_count(7, 99); });
  ASSERT_TRUE(took);
  EXPECT_LT(*took, 8s);
  net.run_for(60s);
  EXPECT_EQ(net.times_seen(Standing::kDead), 0U);
}

TEST(GossipNetwork, AnUrgentChangeIsKnownToAllInWellUnderAFifthOfASecond) {
  for (const std::size_t count : {5U, 20U, 50U}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Network net(count, seed);
      net.run_for(10s);
      net.input(2, Own{summary_with(42), true});
      const auto took = net.run_until_holds(2s, [&] { return net.all_know_vm_count(2, 42); });
      ASSERT_TRUE(took);
      EXPECT_LT(*took, 170ms) << count << " hosts, seed " << seed;
    }
  }
}

TEST(GossipNetwork, AKilledHostMissedByHeartbeatsIsSuspectSoonAndDeadAheadOfSerf) {
  for (const std::size_t count : {5U, 20U, 50U}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Network net(count, seed);
      net.run_for(10s);
      net.kill(1);
      const Instant killed = net.now();
      net.run_for(1s);
      net.input(0, Accuse{host(1)});
      ASSERT_TRUE(net.run_until_holds(500ms, [&] { return net.all_hold(1, Standing::kSuspect); }));
      ASSERT_TRUE(net.run_until_holds(20s, [&] { return net.all_hold(1, Standing::kDead); }));
      EXPECT_LT(net.now() - killed, count > 20 ? 8000ms : 6500ms) << count << ", seed " << seed;
    }
  }
}

TEST(GossipNetwork, ProbesAloneFindAKilledHost) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Network net(10, seed);
    net.run_for(10s);
    net.kill(1);
    const auto suspect =
        net.run_until_holds(10s, [&] { return net.all_hold(1, Standing::kSuspect); });
    ASSERT_TRUE(suspect);
    EXPECT_LT(*suspect, 4s);
    ASSERT_TRUE(net.run_until_holds(10s, [&] { return net.all_hold(1, Standing::kDead); }));
  }
}

TEST(GossipNetwork, PausesOfHealthyProcessesKillNobody) {
  Network net(20, kSeed);
  net.run_for(5s);
  Random random(kSeed);
  for (int i = 0; i < 3000; ++i) {
    const Duration pause = 50ms + Duration{static_cast<Duration::rep>(random.below(350'000))};
    net.pause(random.below(net.size()), net.now() + pause);
    net.run_for(100ms);
  }
  EXPECT_EQ(net.times_seen(Standing::kDead), 0U);
}

TEST(GossipNetwork, AWrongAccusationIsRefutedEverywhere) {
  Network net(20, kSeed);
  net.run_for(10s);
  net.input(3, Accuse{host(4)});
  net.run_for(300ms);
  EXPECT_TRUE(net.all_hold(4, Standing::kAlive));
  EXPECT_EQ(net[4].incarnation().refutations, 1U);
  EXPECT_EQ(net.known(9, 4).incarnation.refutations, 1U);
}

TEST(GossipNetwork, AHostPausedForLongAccusesNobodyAndReturns) {
  Network net(10, kSeed);
  net.run_for(10s);
  net.pause(2, net.now() + 60s);
  net.run_for(59s);
  EXPECT_TRUE(net.all_hold(2, Standing::kDead));
  net.seen.clear();
  net.run_for(6s);
  for (const Network::Seen& s : net.seen) {
    EXPECT_EQ(s.change.after, Standing::kAlive) << s.change.id.value << " at " << s.at;
  }
  EXPECT_TRUE(net.all_alive_everywhere());
}

TEST(GossipNetwork, ARestartRevivesAtOnce) {
  Network net(20, kSeed);
  net.run_for(10s);
  net.kill(5);
  net.run_for(15s);
  ASSERT_TRUE(net.all_hold(5, Standing::kDead));
  net.start(5);
  const auto took = net.run_until_holds(2s, [&] { return net.all_hold(5, Standing::kAlive); });
  ASSERT_TRUE(took);
  EXPECT_LT(*took, 500ms);
  EXPECT_EQ(net.known(0, 5).incarnation, (Incarnation{2, 0}));
}

TEST(GossipNetwork, AQuickRestartIsSeenAsANewRunWithItsOwnVersions) {
  Network net(10, kSeed);
  net.run_for(5s);
  for (int i = 0; i < 20; ++i) net.input(5, Own{summary_with(70), false});
  net.run_for(10s);
  net.kill(5);
  net.start(5);
  net.input(5, Own{summary_with(71), false});
  ASSERT_TRUE(net.run_until_holds(10s, [&] { return net.all_know_vm_count(5, 71); }));
  EXPECT_EQ(net.known(0, 5).version, Version{2});
}

TEST(GossipNetwork, AHealedPartitionIsWholeAgainWithinSeconds) {
  for (const std::size_t left : {1U, 5U, 10U}) {
    Network net(20, kSeed);
    net.run_for(10s);
    net.split(left);
    net.run_for(120s);
    ASSERT_EQ(net.known(0, 19).standing, Standing::kDead);
    ASSERT_EQ(net.known(19, 0).standing, Standing::kDead);
    net.cut.clear();
    const auto took = net.run_until_holds(30s, [&] { return net.all_alive_everywhere(); });
    ASSERT_TRUE(took);
    EXPECT_LT(*took, 6s) << left;
  }
}

TEST(GossipNetwork, OneCutLinkKillsNobody) {
  Network net(5, kSeed);
  net.run_for(5s);
  net.cut = {{0, 1}, {1, 0}};
  net.run_for(120s);
  EXPECT_EQ(net.times_seen(Standing::kDead), 0U);
}

TEST(GossipNetwork, LeftIsToldToAllAndFinalForThatRun) {
  Network net(10, kSeed);
  net.run_for(5s);
  net.input(3, Leave{});
  net.run_for(10ms);
  EXPECT_TRUE(net.all_hold(3, Standing::kLeft));
  net.input(0, Heard{host(3), net[3].incarnation()});
  net.input(0, Accuse{host(3)});
  net.run_for(30s);
  EXPECT_TRUE(net.all_hold(3, Standing::kLeft));
  net.kill(3);
  net.start(3);
  ASSERT_TRUE(net.run_until_holds(2s, [&] { return net.all_hold(3, Standing::kAlive); }));
}

TEST(GossipNetwork, AgesGrowOnTheWay) {
  Network net(10, kSeed);
  net.delay_least = net.delay_most = 1ms;
  net.run_for(5s);
  net.input(0, Own{summary_with(5), false});
  const Instant written = net.now();
  ASSERT_TRUE(net.run_until_holds(20s, [&] { return net.all_know_vm_count(0, 5); }));
  for (std::size_t i = 1; i < net.size(); ++i) {
    // Only the time on the wire is not counted: a millisecond for each of a few hops.
    EXPECT_GE(net.known(i, 0).summary_as_of, written);
    EXPECT_LE(net.known(i, 0).summary_as_of, written + 10ms);
  }
}

TEST(GossipNetwork, ALostStoreIsMendedByGoingAboveWhatOthersRemember) {
  Network net(5, kSeed);
  for (int i = 0; i < 3; ++i) {
    net.kill(2);
    net.start(2);
  }
  for (int i = 0; i < 50; ++i) net.input(2, Own{summary_with(1), false});
  net.run_for(10s);
  std::vector<Output> out;
  Gossip forgetful({}, host(2), members_of(5), 1, Random(9), net.now());
  forgetful.step(net.now(), Own{summary_with(33), false}, out);
  forgetful.step(net.now(),
                 Incoming{host(0), net[0].incarnation(),
                          Delta{{{{host(2), {4, 0}, Standing::kAlive, Version{51}}, {}, 0s, {}}}}},
                 out);
  EXPECT_EQ(forgetful.incarnation(), (Incarnation{5, 0}));
  EXPECT_GT(forgetful.version(), Version{51});
}

TEST(GossipNetwork, AStoreLostInItsFirstRunIsNoticedByWhatThatRunHadSaid) {
  std::vector<Output> out;
  Gossip forgetful({}, host(2), members_of(5), 1, Random(9), Instant{10s});
  forgetful.step(Instant{10s}, Own{summary_with(33), false}, out);
  out.clear();
  forgetful.step(
      Instant{10s},
      Incoming{
          host(0), {1, 0}, Delta{{{{host(2), {1, 0}, Standing::kAlive, Version{51}}, {}, 0s, {}}}}},
      out);
  EXPECT_EQ(forgetful.incarnation(), (Incarnation{2, 0}));
  EXPECT_TRUE(std::any_of(out.begin(), out.end(),
                          [](const Output& o) { return std::holds_alternative<Refuted>(o); }));
}

TEST(GossipNetwork, TheSameSeedGivesTheSameRun) {
  const auto run = [] {
    Network net(12, kSeed);
    net.loss = 0.2;
    net.run_for(10s);
    net.kill(4);
    net.run_for(20s);
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < net.size(); ++i) bytes = bytes * 31 + net.bytes_sent(i);
    return std::pair(bytes, net.seen.size());
  };
  EXPECT_EQ(run(), run());
}

TEST(GossipNetwork, AHundredHostsKeepWithinTheirBytes) {
  Network net(100, kSeed);
  net.run_for(8s);
  std::vector<std::uint64_t> before;
  for (std::size_t i = 0; i < net.size(); ++i) before.push_back(net.bytes_sent(i));
  // One new version each 5 s, as the default sample interval has it.
  for (std::size_t i = 0; i < net.size(); ++i) {
    net.run_for(5s / 100);
    net.input(i, Own{summary_with(1), false});
  }
  for (std::size_t i = 0; i < net.size(); ++i) {
    EXPECT_LT(net.bytes_sent(i) - before[i], 5U * 15'000U) << i;
  }
  EXPECT_LT(net.longest_message(), 64U * 1024U);
}

}  // namespace
}  // namespace prumo::gossip
