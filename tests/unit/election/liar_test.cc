// A member with a key that lies about epochs; ranks: a < b < c < d < e.

#include <gtest/gtest.h>

#include "one_peer.h"

namespace prumo::election::testing {
namespace {

constexpr std::uint64_t kNearTheEnd = (std::uint64_t{1} << 62U) - 1;

TEST(Liar, TakesNobodyFurtherThanALeapAtOnce) {
  OnePeer p("a", "abcde");
  p.at(1s);
  p.give(WonHeard{HostId("b"), Epoch{kNearTheEnd}});
  EXPECT_EQ(p.elector.durable().won, Epoch{kLeap});
  p.give(WonHeard{HostId("b"), Epoch{kNearTheEnd}});
  EXPECT_LE(p.elector.durable().won.value, kLeap + 4096) << "and once a promise length only";
  EXPECT_EQ(p.outputs<FarEpoch>().size(), 2U);
  EXPECT_EQ(p.outputs<FarEpoch>()[0].from, HostId("b"));
}

TEST(Liar, IsNotAcceptedWithAnEpochBeyondALeapAtOnce) {
  OnePeer p("a", "abcde");
  p.at(1s);
  p.claim_by("e", kNearTheEnd);
  EXPECT_TRUE(p.sent<Accept>().empty());
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kEpoch);
  EXPECT_EQ(p.elector.durable(), (Durable{Epoch{kLeap}, HostId(), Epoch{}})) << "no vote";
  for (int i = 0; i < 100; ++i) p.claim_by("e", kNearTheEnd);
  EXPECT_LT(p.elector.durable().accepted.value, 2 * kLeap);
  EXPECT_TRUE(p.sent<Accept>().empty());
}

TEST(Claim, JustBeyondALeapIsAcceptedWhenItIsRepeated) {
  OnePeer p("a", "abcde");
  p.at(1s);
  p.claim_by("e", kLeap + 1);
  EXPECT_TRUE(p.sent<Accept>().empty());
  p.at(1060ms);
  p.claim_by("e", kLeap + 1);
  EXPECT_EQ(p.sent<Accept>().size(), 1U);
}

TEST(Liar, IsNotFollowedBeyondALeap) {
  OnePeer p("a", "abcde");
  p.at(1s);
  p.hear("e", Heartbeat{Epoch{kNearTheEnd}, 1, p.members.digest()});
  EXPECT_FALSE(p.elector.coordinator(p.now).has_value());
  EXPECT_TRUE(p.sent<HeartbeatAck>().empty());
  EXPECT_LT(p.elector.durable().accepted, p.elector.durable().won);
}

TEST(Liar, DoesNotDriveClaimsToTheEnd) {
  OnePeer p("c", "abcde");
  p.win(2s);
  p.hear("b", Outdated{p.elector.epoch(), Epoch{kNearTheEnd}, Epoch{}});
  const auto raised = p.last<Coordinator>();
  ASSERT_TRUE(raised.has_value());
  EXPECT_LE(raised->epoch.value, 2 * kLeap);
  for (int i = 0; i < 100; ++i)
    p.hear("b", Refuse{p.last<Coordinator>()->epoch, Refusal::kEpoch, Epoch{kNearTheEnd}, {}});
  EXPECT_LE(p.last<Coordinator>()->epoch.value, 2 * kLeap);
}

TEST(Liar, LeavesTheOthersAbleToElect) {
  // Each was told something else, and each as much as it believes in half a minute.
  OnePeer p("c", "abcde");
  OnePeer q("a", "abcde");
  for (int second = 1; second <= 30; ++second) {
    p.at(second * 1s);
    p.hear("b", Refuse{Epoch{1}, Refusal::kEpoch, Epoch{kNearTheEnd}, {}}, kNearTheEnd);
    q.at(second * 1s);
  }
  p.forget();
  p.at(33s);
  const auto ask = p.last<Election>();
  ASSERT_TRUE(ask.has_value());
  for (const char* who : {"a", "b", "d", "e"}) p.hear(who, Ok{ask->attempt, false, true});
  const auto claim = p.last<Coordinator>();
  ASSERT_TRUE(claim.has_value());
  EXPECT_LE(claim->epoch.value, 40 * kLeap);

  // Whoever was not lied to follows as fast as the lies went.
  for (int second = 31; second <= 75 && q.sent<Accept>().empty(); ++second) {
    q.at(second * 1s);
    q.hear("c", Coordinator{claim->epoch, q.members.digest()}, p.elector.durable().won.value);
  }
  EXPECT_EQ(q.sent<Accept>().size(), 1U);
}

TEST(Absence, LongerThanALeapEndsALeapAtATime) {
  OnePeer p("a", "abcde", {Epoch{7}, HostId("e"), Epoch{7}});
  const std::uint64_t now_won = 5 * kLeap;
  for (int second = 1; second <= 8; ++second) {
    p.at(second * 1100ms);
    p.heartbeat_by("e", now_won);
  }
  EXPECT_EQ(p.elector.coordinator(p.now), HostId("e"));
  EXPECT_EQ(p.elector.durable().won, Epoch{now_won});
}

}  // namespace
}  // namespace prumo::election::testing
