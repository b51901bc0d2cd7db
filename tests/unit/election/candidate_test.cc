// Missing the coordinator, asking, claiming; ranks: a < b < c < d < e.

#include <gtest/gtest.h>

#include "one_peer.h"

namespace prumo::election::testing {
namespace {

/// Follows e in epoch 5 until 2 s.
OnePeer follower(const std::string& self, const std::string& live) {
  OnePeer p(self, "abcde");
  p.at(1s);
  p.live(live);
  p.heartbeat_by("e", 5);
  p.forget();
  return p;
}

TEST(HighestLiveRank, AsksTheMomentItsPromiseRunsOutAndClaimsWhenAMajorityMissesItToo) {
  OnePeer p = follower("d", "abce");
  p.at(1999ms);
  EXPECT_TRUE(p.sent<Election>().empty());
  p.at(2s);
  ASSERT_EQ(p.sent<Election>().size(), 4U) << "the lower ranks too";
  const std::uint64_t attempt = p.last<Election>()->attempt;
  p.hear("c", Ok{attempt, false, true});
  p.hear("b", Ok{attempt, false, false});
  EXPECT_TRUE(p.sent<Coordinator>().empty()) << "two of five";
  p.hear("c", Ok{attempt, false, true});
  p.hear("a", Ok{attempt + 1, false, true});
  EXPECT_TRUE(p.sent<Coordinator>().empty()) << "one answer counts once, and only to this question";
  p.hear("b", Ok{attempt, false, true});
  ASSERT_EQ(p.sent<Coordinator>().size(), 4U);
  EXPECT_EQ(p.last<Coordinator>()->epoch, Epoch{6});
}

TEST(LowerRank, WaitsAStepForEachLiveRankAboveIt) {
  OnePeer p = follower("b", "acde");
  p.at(2199ms);
  EXPECT_TRUE(p.sent<Election>().empty());
  p.at(2200ms);
  EXPECT_EQ(p.sent<Election>().size(), 4U) << "c and d came first, e is the one that is missed";
}

TEST(LowerRank, StandsDownForAHigherOneThatAnswersButNotForEver) {
  OnePeer p = follower("c", "abd");
  p.at(2100ms);
  const std::uint64_t attempt = p.last<Election>().value().attempt;
  p.hear("d", Ok{attempt, true, true});
  p.hear("a", Ok{attempt, false, true});
  p.hear("b", Ok{attempt, false, true});
  p.at(2800ms);
  EXPECT_TRUE(p.sent<Coordinator>().empty());
  p.forget();
  p.at(2900ms);
  const auto again = p.last<Election>();
  ASSERT_TRUE(again);
  p.hear("d", Ok{again->attempt, true, true});
  p.hear("b", Ok{again->attempt, false, true});
  EXPECT_EQ(p.sent<Coordinator>().size(), 4U);
}

TEST(LowerRank, GivesASilentHigherOneItsTimeToAnswer) {
  OnePeer p = follower("c", "abd");
  p.at(2100ms);
  const std::uint64_t attempt = p.last<Election>().value().attempt;
  p.hear("a", Ok{attempt, false, true});
  p.hear("b", Ok{attempt, false, true});
  p.at(2249ms);
  EXPECT_TRUE(p.sent<Coordinator>().empty());
  p.at(2250ms);
  EXPECT_EQ(p.sent<Coordinator>().size(), 4U);
}

TEST(HigherRank, AnswersOkAndTakesOver) {
  OnePeer p = follower("c", "abde");
  p.at(2001ms);
  EXPECT_TRUE(p.sent<Election>().empty()) << "d is to speak first";
  p.hear("a", Election{77});
  const Ok ok = p.last<Ok>().value();
  EXPECT_EQ(ok.attempt, 77U);
  EXPECT_TRUE(ok.higher);
  EXPECT_TRUE(ok.missing);
  EXPECT_EQ(p.sent<Election>().size(), 4U);
}

TEST(Follower, AnswersASecondTimeWhenItComesToMissTheCoordinator) {
  OnePeer p = follower("a", "bcde");
  p.at(1995ms);
  p.hear("d", Election{3});
  EXPECT_FALSE(p.last<Ok>()->missing);
  EXPECT_FALSE(p.last<Ok>()->higher);
  p.forget();
  p.at(2s);
  ASSERT_EQ(p.sent<Ok>().size(), 1U);
  EXPECT_TRUE(p.last<Ok>()->missing);
  EXPECT_EQ(p.last<Ok>()->attempt, 3U);
}

TEST(Follower, TellsTheCoordinatorItselfThatItMayClaimAgain) {
  OnePeer p = follower("a", "bcde");
  p.hear("e", Election{3});
  EXPECT_TRUE(p.last<Ok>()->missing);
}

TEST(Peer, LooksAtMessagesFirstWhenItWasPaused) {
  OnePeer p = follower("d", "abce");
  p.now = Instant{6s};
  p.give(Tick{});
  EXPECT_TRUE(p.sent<Election>().empty());
  p.heartbeat_by("e", 5);
  p.at(6500ms);
  EXPECT_TRUE(p.sent<Election>().empty());
  EXPECT_EQ(p.elector.coordinator(p.now), HostId("e"));
}

OnePeer claimant() {
  OnePeer p = follower("d", "abce");
  p.at(2s);
  const std::uint64_t attempt = p.last<Election>()->attempt;
  p.hear("a", Ok{attempt, false, true});
  p.hear("b", Ok{attempt, false, true});
  p.forget();
  return p;
}

TEST(Claimant, RepeatsTheSameNumberToWhomHasNotAccepted) {
  OnePeer p = claimant();
  p.hear("a", Accept{Epoch{6}});
  p.at(2060ms);
  ASSERT_EQ(p.sent<Coordinator>().size(), 3U);
  EXPECT_EQ(p.last<Coordinator>()->epoch, Epoch{6});
  EXPECT_TRUE(p.outputs<Save>().empty());
}

TEST(Claimant, LeadsOnceAMajorityHasAcceptedAndStoresThatItWon) {
  OnePeer p = claimant();
  p.hear("a", Accept{Epoch{6}});
  p.hear("a", Accept{Epoch{6}});
  p.hear("b", Accept{Epoch{5}});
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  p.at(2050ms);
  p.forget();
  p.hear("b", Accept{Epoch{6}});
  EXPECT_EQ(p.elector.acting(p.now), Epoch{6});
  ASSERT_GE(p.out.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Save>(p.out[0]));
  EXPECT_TRUE(std::holds_alternative<Acting>(p.out[1]));
  EXPECT_EQ(p.outputs<Acting>().front().accepted_by, 3U);
  EXPECT_EQ(p.elector.durable().won, Epoch{6});
  EXPECT_EQ(p.sent<Heartbeat>().size(), 4U);
  EXPECT_EQ(p.elector.acting(Instant{2899ms}), Epoch{6});
  EXPECT_EQ(p.elector.acting(Instant{2900ms}), std::nullopt) << "counted from the claim";
}

TEST(Claimant, DoesNotCountABarredMember) {
  OnePeer p = claimant();
  p.give(BarredMembers{{HostId("a")}});
  p.hear("a", Accept{Epoch{6}});
  p.hear("b", Accept{Epoch{6}});
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
}

TEST(Claimant, GoesAboveANumberThatItDidNotKnow) {
  OnePeer p = claimant();
  p.hear("a", Refuse{Epoch{6}, Refusal::kPromised, Epoch{20}, {}});
  EXPECT_TRUE(p.sent<Coordinator>().empty()) << "a promise is waited for with the same number";
  p.hear("a", Refuse{Epoch{6}, Refusal::kEpoch, Epoch{30}, {}});
  ASSERT_EQ(p.sent<Coordinator>().size(), 4U);
  EXPECT_EQ(p.last<Coordinator>()->epoch, Epoch{31});
  p.forget();
  p.hear("b", Refuse{Epoch{6}, Refusal::kEpoch, Epoch{30}, {}});
  EXPECT_TRUE(p.sent<Coordinator>().empty()) << "of the number before";
}

TEST(Claimant, GivesUpInTimeAndSetsFreeWhoAccepted) {
  OnePeer p = claimant();
  p.hear("a", Accept{Epoch{6}});
  p.at(2800ms);
  ASSERT_EQ(p.sent<Resign>().size(), 4U);
  EXPECT_EQ(p.last<Resign>()->epoch, Epoch{6});
  EXPECT_TRUE(p.last<Resign>()->successor.empty());
  p.hear("b", Accept{Epoch{6}});
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt) << "too late";
}

TEST(Claimant, MakesWayForAHigherRankAndRefusesALowerOne) {
  OnePeer p = claimant();
  p.claim_by("c", 9);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kPromised);
  p.claim_by("e", 9);
  EXPECT_EQ(p.last<Accept>()->epoch, Epoch{9});
  EXPECT_EQ(p.last<Resign>()->successor, HostId("e"));
  p.hear("a", Accept{Epoch{6}});
  p.hear("b", Accept{Epoch{6}});
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
}

TEST(Claimant, NamesTheMembersThatDiffer) {
  OnePeer p = claimant();
  const Members theirs = members_named("abcdx");
  std::vector<MemberDigest> list;
  for (const Member& m : theirs.list()) list.push_back({m.id, digest_of(m)});
  p.hear("a", Refuse{Epoch{6}, Refusal::kOtherMembers, Epoch{5}, list});
  p.hear("a", Refuse{Epoch{6}, Refusal::kOtherMembers, Epoch{5}, list});
  ASSERT_EQ(p.outputs<MembersDiffer>().size(), 1U);
  EXPECT_EQ(p.outputs<MembersDiffer>()[0].which, (std::vector{HostId("e"), HostId("x")}));
}

TEST(Claimant, StopsClaimingWhenItCanNotStore) {
  OnePeer p = claimant();
  p.forget();
  p.give(CanStore{false});
  EXPECT_TRUE(p.sent<Resign>().empty()) << "nobody was told of the claim that waited for the disk";
  p.hear("a", Accept{Epoch{6}});
  p.hear("b", Accept{Epoch{6}});
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  p.forget();
  p.at(5s);
  EXPECT_TRUE(p.sent<Election>().empty());
}

TEST(BarredPeer, NeitherAsksNorClaims) {
  OnePeer p = follower("d", "abce");
  p.give(Barred{true});
  p.at(10s);
  EXPECT_TRUE(p.sent<Election>().empty());
  EXPECT_EQ(p.elector.next_deadline(), Instant::never());
  p.hear("a", Election{1});
  EXPECT_FALSE(p.last<Ok>()->higher);
  EXPECT_FALSE(p.last<Ok>()->missing);
  p.give(Barred{false});
  EXPECT_EQ(p.sent<Election>().size(), 4U);
}

TEST(SingleMember, ElectsItselfOnceItsVoteIsStoredAndKeepsTheLease) {
  OnePeer p("a", "a", {Epoch{7}, HostId("a"), Epoch{7}});
  p.at(999ms);
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  p.at(1s);
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  p.give(Stored{});
  EXPECT_EQ(p.elector.acting(p.now), Epoch{8});
  p.at(60s);
  EXPECT_EQ(p.elector.acting(p.now), Epoch{8});
  EXPECT_EQ(p.outputs<Acting>().size(), 1U);
  EXPECT_TRUE(p.outputs<Send>().empty());
  p.give(HandOver{});
  p.at(70s);
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
}

}  // namespace
}  // namespace prumo::election::testing
