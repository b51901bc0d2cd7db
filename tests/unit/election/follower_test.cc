// What a peer promises and to whom; ranks: a < b < c.

#include <gtest/gtest.h>

#include "one_peer.h"

namespace prumo::election::testing {
namespace {

TEST(Promise, IsStoredBeforeItIsSaid) {
  OnePeer p("a", "abc");
  p.at(1s);
  p.forget();
  p.claim_by("c", 5);
  std::size_t saved = p.out.size();
  std::size_t said = 0;
  for (std::size_t i = 0; i < p.out.size(); ++i) {
    if (std::holds_alternative<Save>(p.out[i])) saved = std::min(saved, i);
    const auto* const s = std::get_if<Send>(&p.out[i]);
    if (s != nullptr && std::holds_alternative<Accept>(s->message)) {
      said = i;
      EXPECT_FALSE(s->immediate);
    }
  }
  EXPECT_LT(saved, said);
  EXPECT_EQ(p.elector.durable(), (Durable{Epoch{5}, HostId("c"), Epoch{0}}));
  EXPECT_EQ(p.elector.coordinator(p.now), HostId("c"));
}

TEST(Promise, IsNotGivenBeforeOneFromBeforeTheStartHasRunOut) {
  OnePeer p("a", "abc", {Epoch{4}, HostId("b"), Epoch{4}});
  p.at(999ms);
  p.claim_by("c", 5);
  p.claim_by("b", 4);
  p.claim_by("b", 6);
  EXPECT_TRUE(p.sent<Accept>().empty());
  ASSERT_EQ(p.sent<Refuse>().size(), 3U);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kPromised);
  p.at(1s);
  p.claim_by("c", 5);
  EXPECT_EQ(p.sent<Accept>().size(), 1U);
}

TEST(Promise, KeepsEveryoneElseAwayUntilItRunsOut) {
  OnePeer p("a", "abc");
  p.at(1s);
  p.claim_by("c", 5);
  p.at(1999ms);
  p.claim_by("b", 9);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kPromised);
  EXPECT_EQ(p.last<Refuse>()->floor, Epoch{5});
  p.at(2s);
  EXPECT_EQ(p.outputs<Missing>().at(0).silent_for, 1s);
  p.claim_by("b", 9);
  EXPECT_EQ(p.last<Accept>()->epoch, Epoch{9});
}

TEST(Promise, IsGivenToOneClaimantAnEpochAndRepeatedToIt) {
  OnePeer p("a", "abc");
  p.at(1s);
  p.claim_by("c", 5);
  const std::size_t saves = p.outputs<Save>().size();
  p.claim_by("c", 5);
  EXPECT_EQ(p.sent<Accept>().size(), 2U);
  EXPECT_EQ(p.outputs<Save>().size(), saves) << "nothing new to store";
  p.at(2s);
  p.forget();
  p.claim_by("b", 5);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kEpoch);
  EXPECT_EQ(p.last<Refuse>()->floor, Epoch{5});
  EXPECT_TRUE(p.sent<Accept>().empty());
}

TEST(Promise, IsRefusedForWantOfStoreAdmissionOrEqualMembers) {
  OnePeer p("a", "abc");
  p.at(1s);
  p.give(CanStore{false});
  p.claim_by("c", 5);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kCanNotStore);
  p.give(CanStore{true});
  p.give(Barred{true});
  p.claim_by("c", 5);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kNotAdmitted);
  p.give(Barred{false});
  p.give(BarredMembers{{HostId("c")}});
  p.claim_by("c", 5);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kNotAdmitted);
  p.give(BarredMembers{});
  p.hear("c", Coordinator{Epoch{5}, 12345});
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kOtherMembers);
  EXPECT_EQ(p.last<Refuse>()->members.size(), 3U);
  EXPECT_EQ(p.outputs<MembersDiffer>().size(), 1U);
  p.hear("c", Coordinator{Epoch{5}, 12345});
  EXPECT_EQ(p.outputs<MembersDiffer>().size(), 1U) << "said once";
  EXPECT_TRUE(p.sent<Accept>().empty());
  EXPECT_EQ(p.elector.floor(), Epoch{0});
}

TEST(Follower, AcknowledgesAWinnerAtOnceOnceItsEpochIsStored) {
  OnePeer p("a", "abc");
  p.at(1s);
  p.forget();
  p.heartbeat_by("c", 5, 7);
  ASSERT_EQ(p.sent<HeartbeatAck>().size(), 1U);
  EXPECT_FALSE(p.outputs<Send>().back().immediate) << "waits for the disk";
  EXPECT_EQ(p.elector.durable(), (Durable{Epoch{5}, HostId("c"), Epoch{5}}));
  p.heartbeat_by("c", 5, 8);
  EXPECT_FALSE(p.outputs<Send>().back().immediate);
  p.give(Stored{});
  p.heartbeat_by("c", 5, 9);
  EXPECT_TRUE(p.outputs<Send>().back().immediate);
  EXPECT_EQ(p.last<HeartbeatAck>()->sequence, 9U);
  EXPECT_EQ(p.outputs<Following>().size(), 1U);
}

TEST(Follower, FollowsAHigherWinnerInSpiteOfALivePromise) {
  OnePeer p("a", "abc");
  p.at(1s);
  p.claim_by("b", 5);
  p.heartbeat_by("c", 6);
  EXPECT_EQ(p.last<HeartbeatAck>()->epoch, Epoch{6});
  EXPECT_EQ(p.elector.coordinator(p.now), HostId("c"));
}

TEST(Follower, AnswersALowerEpochWithBothItsNumbers) {
  OnePeer p("a", "abc", {Epoch{9}, HostId("a"), Epoch{6}});
  p.at(1s);
  p.forget();
  p.heartbeat_by("c", 7);
  EXPECT_TRUE(p.sent<HeartbeatAck>().empty());
  const Outdated answer = p.last<Outdated>().value();
  EXPECT_EQ(answer.used, Epoch{7});
  EXPECT_EQ(answer.accepted, Epoch{9});
  EXPECT_EQ(answer.won, Epoch{7}) << "a heartbeat proves that its epoch was won";
}

TEST(Follower, MayHaveForgottenWhatItAcceptedWhenBarredSoItsWordDoesNotCount) {
  OnePeer p("a", "abc");
  p.at(1s);
  p.give(Barred{true});
  p.heartbeat_by("c", 5);
  EXPECT_FALSE(p.last<HeartbeatAck>()->counts);
  EXPECT_FALSE(p.last<HeartbeatAck>()->hears_majority);
}

TEST(Follower, DoesNotCountForAnEpochThatItCouldNotStore) {
  OnePeer p("a", "abc");
  p.at(1s);
  p.give(CanStore{false});
  p.heartbeat_by("c", 5);
  EXPECT_FALSE(p.last<HeartbeatAck>()->counts);
  EXPECT_EQ(p.elector.coordinator(p.now), HostId("c"));
  p.give(CanStore{true});
  p.heartbeat_by("c", 5);
  EXPECT_TRUE(p.last<HeartbeatAck>()->counts);
}

TEST(Follower, StatesWhetherItHearsAMajority) {
  OnePeer p("a", "abcde");
  p.at(1s);
  p.heartbeat_by("e", 5);
  EXPECT_FALSE(p.last<HeartbeatAck>()->hears_majority) << "itself and e, of five";
  p.give(WonHeard{HostId("b"), Epoch{5}});
  p.heartbeat_by("e", 5);
  EXPECT_TRUE(p.last<HeartbeatAck>()->hears_majority);
  for (int i = 1; i < 25; ++i) {
    p.at(1s + i * 200ms);
    p.heartbeat_by("e", 5);
  }
  EXPECT_FALSE(p.last<HeartbeatAck>()->hears_majority) << "b was last heard long ago";
}

TEST(Resignation, EndsThePromiseForGoodAndAdmitsOnlyTheSuccessor) {
  OnePeer p("a", "abcd");
  p.at(1s);
  p.heartbeat_by("d", 5);
  p.hear("d", Resign{Epoch{5}, HostId("c")});
  EXPECT_EQ(p.elector.coordinator(p.now), std::nullopt);
  p.forget();
  p.heartbeat_by("d", 5, 2);
  EXPECT_TRUE(p.sent<HeartbeatAck>().empty()) << "a delayed heartbeat";
  p.claim_by("b", 6);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kSuccessor);
  p.hear("b", Election{1});
  EXPECT_FALSE(p.last<Ok>()->missing);
  p.claim_by("c", 6);
  EXPECT_EQ(p.last<Accept>()->epoch, Epoch{6});
}

TEST(Resignation, AdmitsAnyoneAfterOnePromiseLength) {
  OnePeer p("a", "abcd");
  p.at(1s);
  p.heartbeat_by("d", 5);
  p.hear("d", Resign{Epoch{5}, HostId("c")});
  p.at(1500ms);
  p.hear("d", Resign{Epoch{5}, HostId("c")});
  p.at(1999ms);
  p.claim_by("b", 6);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kSuccessor);
  EXPECT_TRUE(p.sent<Election>().empty());
  p.at(2s);
  p.claim_by("b", 6);
  EXPECT_EQ(p.last<Accept>()->epoch, Epoch{6}) << "a repetition does not prolong it";
}

TEST(Resignation, OfSomeoneElseEndsNothing) {
  OnePeer p("a", "abcd");
  p.at(1s);
  p.heartbeat_by("d", 5);
  p.hear("c", Resign{Epoch{5}, HostId("b")});
  p.hear("c", Resign{Epoch{999}, HostId("b")});
  EXPECT_EQ(p.elector.coordinator(p.now), HostId("d"));
  p.hear("d", Resign{Epoch{4}, HostId("b")});
  EXPECT_EQ(p.elector.coordinator(p.now), HostId("d")) << "an old one";
}

TEST(Successor, ClaimsAtOnceWithoutAsking) {
  OnePeer p("c", "abcd");
  p.at(1s);
  p.heartbeat_by("d", 5);
  p.forget();
  p.hear("d", Resign{Epoch{5}, HostId("c")});
  EXPECT_TRUE(p.sent<Election>().empty());
  ASSERT_EQ(p.sent<Coordinator>().size(), 3U);
  EXPECT_EQ(p.last<Coordinator>()->epoch, Epoch{6});
  EXPECT_TRUE(std::holds_alternative<Save>(p.out.front()));
}

TEST(Stranger, ChangesNothing) {
  OnePeer p("a", "abc");
  p.at(1s);
  const Durable before = p.elector.durable();
  p.forget();
  p.claim_by("x", 5);
  p.claim_by("a", 5);
  p.heartbeat_by("x", 5);
  p.give(WonHeard{HostId("x"), Epoch{9}});
  p.claim_by("c", ~0ULL);
  p.heartbeat_by("c", ~0ULL);
  p.give(WonHeard{HostId("c"), Epoch{~0ULL}});
  p.hear("c", Refuse{Epoch{1}, Refusal::kEpoch, Epoch{~0ULL}, {}});
  p.hear("c", Outdated{Epoch{1}, Epoch{~0ULL}, Epoch{~0ULL}});
  EXPECT_EQ(p.elector.durable(), before);
  EXPECT_EQ(p.out.size(), p.outputs<FarEpoch>().size());
}

TEST(Follower, KeepsItsPromiseToAMemberThatWasRemoved) {
  OnePeer p("a", "abcd");
  p.at(1s);
  p.heartbeat_by("d", 5);
  p.members = members_named("abc");
  p.give(NewMembers{p.members});
  EXPECT_EQ(p.elector.coordinator(p.now), std::nullopt);
  p.claim_by("c", 6);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kSuccessor);
  p.hear("c", Resign{Epoch{6}, HostId()});  // a claim given up, which was never promised anything
  p.claim_by("c", 7);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kSuccessor);
  p.at(2s);
  p.claim_by("c", 7);
  EXPECT_EQ(p.last<Accept>()->epoch, Epoch{7});
}

}  // namespace
}  // namespace prumo::election::testing
