#include "election/lease.h"

#include <gtest/gtest.h>

#include "election/takeover.h"
#include "one_peer.h"

namespace prumo::election::testing {
namespace {

const HostId kA("a"), kB("b"), kC("c"), kD("d"), kE("e");

struct FiveMembers {
  Electorate electorate{kA, members_named("abcde")};
  Parameters p;
  Lease lease{p, electorate, Instant{100ms}, {kB, kC}, Instant{150ms}};
  void acknowledge(const HostId& from, std::uint64_t sequence, Duration now, bool counts = true,
                   bool may_succeed = true) {
    lease.acknowledge(electorate, from, sequence, counts, may_succeed, Instant{now});
  }
};

TEST(Lease, RunsFromWhenTheWonClaimWasSent) {
  EXPECT_EQ(FiveMembers().lease.until(), Instant{1000ms});
}

TEST(Lease, EndsCountedFromWhenTheHeartbeatWasSent) {
  FiveMembers f;
  f.lease.beat(f.electorate, Instant{200ms});
  f.acknowledge(kB, 1, 700ms);
  EXPECT_EQ(f.lease.until(), Instant{1000ms}) << "two of five";
  f.acknowledge(kC, 1, 800ms);
  EXPECT_EQ(f.lease.until(), Instant{1100ms});
}

TEST(Lease, IsAsOldAsTheOldestOfItsMajority) {
  FiveMembers f;
  f.lease.beat(f.electorate, Instant{200ms});
  f.lease.beat(f.electorate, Instant{400ms});
  f.acknowledge(kB, 2, 410ms);
  f.acknowledge(kD, 1, 420ms);
  EXPECT_EQ(f.lease.until(), Instant{1100ms});
  f.acknowledge(kE, 2, 430ms);
  EXPECT_EQ(f.lease.until(), Instant{1300ms});
  f.acknowledge(kE, 1, 440ms);
  EXPECT_EQ(f.lease.until(), Instant{1300ms}) << "an old acknowledgement takes nothing back";
}

TEST(Lease, IsNotRenewedByASequenceNeverSentNorByAStranger) {
  FiveMembers f;
  f.lease.beat(f.electorate, Instant{200ms});
  for (const std::uint64_t sequence : {0ULL, 2ULL, ~0ULL}) {
    f.acknowledge(kB, sequence, 300ms);
    f.acknowledge(kC, sequence, 300ms);
  }
  f.acknowledge(HostId("x"), 1, 300ms);
  f.acknowledge(HostId("y"), 1, 300ms);
  EXPECT_EQ(f.lease.until(), Instant{1000ms});
}

TEST(Lease, IsNotRenewedByWhoDoesNotCount) {
  FiveMembers f;
  f.lease.beat(f.electorate, Instant{200ms});
  f.acknowledge(kB, 1, 300ms, false);
  f.acknowledge(kC, 1, 300ms, false);
  EXPECT_EQ(f.lease.until(), Instant{1000ms});
  f.electorate.set_barred({kD});
  f.acknowledge(kD, 1, 300ms);
  f.acknowledge(kB, 1, 300ms);
  EXPECT_EQ(f.lease.until(), Instant{1000ms});
}

TEST(Lease, StartsAfreshFromARaisedEpoch) {
  FiveMembers f;
  f.lease.beat(f.electorate, Instant{500ms});
  f.acknowledge(kB, 1, 510ms);
  f.acknowledge(kC, 1, 510ms);
  f.lease.restart(f.electorate, Instant{300ms}, {kD, kE});
  EXPECT_EQ(f.lease.until(), Instant{1200ms});
  f.acknowledge(kB, 1, 520ms);
  f.acknowledge(kC, 1, 520ms);
  EXPECT_EQ(f.lease.until(), Instant{1200ms}) << "those were of the lower epoch";
}

TEST(Lease, NamesASilentFollowerOnceASilence) {
  FiveMembers f;
  f.acknowledge(kB, 1, 1100ms);
  f.lease.present(kC, Instant{1100ms});
  EXPECT_TRUE(f.lease.newly_silent(Instant{1149ms}).empty());
  EXPECT_EQ(f.lease.newly_silent(Instant{1150ms}), (std::vector{kD, kE}));
  EXPECT_TRUE(f.lease.newly_silent(Instant{1160ms}).empty());
  f.lease.present(kD, Instant{1200ms});
  EXPECT_EQ(f.lease.newly_silent(Instant{2200ms}), (std::vector{kB, kC, kD}));
}

TEST(Lease, CallsFitOnlyWhoAcknowledgesWithoutAGapAndCouldSucceed) {
  FiveMembers f;
  f.acknowledge(kE, 1, 200ms);
  f.acknowledge(kE, 1, 700ms);
  EXPECT_EQ(f.lease.fit_since(kE, Instant{800ms}), Instant{200ms});
  EXPECT_EQ(f.lease.fit_since(kE, Instant{1301ms}), std::nullopt) << "stale";
  f.acknowledge(kE, 1, 1400ms);
  EXPECT_EQ(f.lease.fit_since(kE, Instant{1400ms}), Instant{1400ms}) << "begins anew after a gap";
  f.acknowledge(kE, 1, 1500ms, true, false);
  EXPECT_EQ(f.lease.fit_since(kE, Instant{1500ms}), std::nullopt) << "hears no majority";
  EXPECT_EQ(f.lease.fit_since(HostId("x"), Instant{0ms}), std::nullopt);
}

TEST(Takeovers, DoubleTheDelayEachTimeThatRankIsLostUpToTheMost) {
  Takeovers t;
  const Parameters p;
  Instant now{0ms};
  std::vector<Duration> delays;
  for (int i = 0; i < 9; ++i) {
    delays.push_back(t.delay(p, kE));
    t.resigned_to(kE, now);
    now = now + 60s;
    t.leads_again(p, now);
    t.leads_again(p, now);
  }
  EXPECT_EQ(delays, (std::vector<Duration>{30s, 60s, 120s, 240s, 480s, 960s, 1920s, 1h, 1h}));
  EXPECT_EQ(t.delay(p, kD), 30s) << "of that rank only";
  t.leads_again(p, now + 2h);
  EXPECT_EQ(t.delay(p, kE), 30s) << "a takeover that held starts it afresh";
}

}  // namespace
}  // namespace prumo::election::testing
