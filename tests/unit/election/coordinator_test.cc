// Leading, and ceasing to; ranks: a < b < c < d < e.

#include <gtest/gtest.h>

#include "one_peer.h"

namespace prumo::election::testing {
namespace {

/// Leads epoch 1 from 3 s on.
OnePeer leader(const std::string& self, const std::string& live) {
  OnePeer p(self, "abcde");
  p.live(live);
  p.win(3s);
  p.acknowledge_all(false);
  p.forget();
  return p;
}

void beat_until(OnePeer& p, Duration until, bool fit = true) {
  while (p.now < Instant{until}) {
    p.at(p.elector.next_deadline().since_boot);
    if (p.last<Heartbeat>()) p.acknowledge_all(fit);
  }
}

TEST(Coordinator, StopsWhenNoMajorityAcknowledges) {
  OnePeer p = leader("e", "abcd");
  ASSERT_EQ(p.elector.acting(p.now), Epoch{1});
  const Duration won = p.now.since_boot;
  for (int i = 0; i < 20; ++i) {
    p.at(won + i * 100ms);
    if (const auto beat = p.last<Heartbeat>()) {
      p.hear("a", HeartbeatAck{beat->epoch, beat->sequence, true});
    }
  }
  ASSERT_EQ(p.outputs<Stopped>().size(), 1U);
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  EXPECT_EQ(p.elector.acting(Instant{won + 850ms}), std::nullopt);
}

TEST(Coordinator, DropsItsLeaseAfterAPauseBeforeItLooksAtMessages) {
  OnePeer p = leader("e", "abcd");
  p.at(3200ms);
  const Heartbeat beat = p.last<Heartbeat>().value();
  p.forget();
  p.now = Instant{4200ms};
  p.hear("a", HeartbeatAck{beat.epoch, beat.sequence, true});
  p.hear("b", HeartbeatAck{beat.epoch, beat.sequence, true});
  EXPECT_EQ(p.outputs<Stopped>().size(), 1U);
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  EXPECT_TRUE(p.sent<Election>().empty());
}

TEST(Coordinator, IsDemotedOnlyByAHigherWonEpoch) {
  OnePeer p = leader("e", "abcd");
  p.hear("a", Refuse{Epoch{1}, Refusal::kEpoch, Epoch{50}, {}});
  p.give(WonHeard{HostId("a"), Epoch{1}});
  p.claim_by("d", 70);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kPromised);
  EXPECT_EQ(p.elector.acting(p.now), Epoch{1});
  p.give(WonHeard{HostId("a"), Epoch{2}});
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  EXPECT_EQ(p.outputs<Stopped>().size(), 1U);
  EXPECT_EQ(p.elector.durable().won, Epoch{2});
}

TEST(Coordinator, ClaimsAtOnceAboveANumberThatSomeoneHasAccepted) {
  OnePeer p = leader("e", "abcd");
  p.hear("a", Outdated{Epoch{1}, Epoch{40}, Epoch{1}});
  ASSERT_EQ(p.sent<Coordinator>().size(), 4U);
  EXPECT_EQ(p.last<Coordinator>()->epoch, Epoch{41});
  EXPECT_EQ(p.elector.acting(p.now), Epoch{1}) << "goes on meanwhile";
  p.hear("b", Outdated{Epoch{1}, Epoch{41}, Epoch{1}});
  EXPECT_EQ(p.sent<Coordinator>().size(), 4U) << "that one is its own";
  p.hear("a", Accept{Epoch{41}});
  p.hear("b", Accept{Epoch{41}});
  EXPECT_EQ(p.elector.acting(p.now), Epoch{41});
  EXPECT_TRUE(p.outputs<Stopped>().empty());
  EXPECT_EQ(p.outputs<Acting>().back().epoch, Epoch{41});
}

TEST(Coordinator, AnswersElectionWithAHeartbeat) {
  OnePeer p = leader("e", "abcd");
  p.hear("a", Election{1});
  EXPECT_FALSE(p.last<Ok>()->missing);
  ASSERT_EQ(p.sent<Heartbeat>().size(), 1U);
  EXPECT_EQ(p.sent<Heartbeat>()[0].first, HostId("a"));
}

TEST(Coordinator, SuspectsWhoAcknowledgesNothingForASecond) {
  OnePeer p = leader("e", "abcd");
  const Duration won = p.now.since_boot;
  for (int i = 0; i < 12; ++i) {
    p.at(won + i * 200ms);
    if (const auto beat = p.last<Heartbeat>()) {
      for (const char* from : {"a", "b", "c"}) {
        p.hear(from, HeartbeatAck{beat->epoch, beat->sequence, true});
      }
    }
    EXPECT_TRUE(i >= 5 || p.outputs<Suspect>().empty());
  }
  ASSERT_EQ(p.outputs<Suspect>().size(), 1U);
  EXPECT_EQ(p.outputs<Suspect>()[0].id, HostId("d"));
}

TEST(Coordinator, ResignsToAHigherRankThatHasBeenFitForTheTakeoverDelay) {
  OnePeer p = leader("c", "abde");
  const Duration won = p.now.since_boot;
  beat_until(p, won + 29s);
  EXPECT_TRUE(p.sent<Resign>().empty());
  p.give(Busy{true});
  beat_until(p, won + 31s);
  EXPECT_TRUE(p.sent<Resign>().empty()) << "finishes its round";
  p.give(Busy{false});
  p.at(won + 31500ms);
  ASSERT_FALSE(p.sent<Resign>().empty());
  EXPECT_EQ(p.last<Resign>()->successor, HostId("e"));
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  EXPECT_EQ(p.outputs<Stopped>().size(), 1U);
}

TEST(Coordinator, DoesNotResignToARankThatHearsNoMajorityOrIsNotLive) {
  OnePeer deaf = leader("c", "abde");
  beat_until(deaf, 50s, false);
  EXPECT_TRUE(deaf.sent<Resign>().empty());
  OnePeer absent = leader("c", "ab");
  beat_until(absent, 50s);
  EXPECT_TRUE(absent.sent<Resign>().empty());
}

TEST(HandOver, NamesTheHighestFitRankAndNeverLeadsAgain) {
  OnePeer p = leader("e", "abcd");
  beat_until(p, 4s);
  p.forget();
  p.give(HandOver{});
  ASSERT_EQ(p.sent<Resign>().size(), 4U);
  EXPECT_EQ(p.last<Resign>()->successor, HostId("d"));
  EXPECT_EQ(p.sent<Resign>().back().first, HostId("d")) << "the successor last";
  EXPECT_TRUE(std::holds_alternative<Stopped>(p.out.front())) << "the lease goes first";
  const auto beat = HeartbeatAck{Epoch{1}, 3, true};
  p.hear("a", beat);
  p.hear("b", beat);
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  p.claim_by("a", 2);
  EXPECT_EQ(p.last<Refuse>()->why, Refusal::kSuccessor);
  p.claim_by("d", 2);
  EXPECT_EQ(p.last<Accept>()->epoch, Epoch{2});
  p.forget();
  p.at(60s);
  EXPECT_TRUE(p.sent<Election>().empty());
}

TEST(Coordinator, ResignsWhenItIsBarred) {
  OnePeer p = leader("e", "abcd");
  p.give(Barred{true});
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt);
  EXPECT_FALSE(p.sent<Resign>().empty());
}

TEST(Coordinator, CountsItsMajorityOverTheNewMembers) {
  OnePeer p("c", "abc");
  p.live("ab");
  p.at(2s);
  const std::uint64_t attempt = p.last<Election>().value().attempt;
  p.hear("a", Ok{attempt, false, true});
  p.hear("a", Accept{p.last<Coordinator>()->epoch});
  ASSERT_TRUE(p.elector.acting(p.now));
  p.give(NewMembers{members_named("abcd")});
  p.give(Tick{});
  EXPECT_EQ(p.elector.acting(p.now), std::nullopt) << "two of four are no majority";
}

TEST(Election, RanksByPriorityBeforeId) {
  Electorate e(
      HostId("a"),
      Members({{HostId("a"), "", "", 5}, {HostId("b"), "", "", 0}, {HostId("c"), "", "", 9}}));
  EXPECT_TRUE(e.outranks(HostId("a"), HostId("b")));
  EXPECT_FALSE(e.outranks(HostId("a"), HostId("c")));
  EXPECT_FALSE(e.outranks(HostId("x"), HostId("b")));
  e.set_live({HostId("b"), HostId("c"), HostId("x")});
  EXPECT_EQ(e.live_by_rank(), (std::vector{HostId("c"), HostId("b")}));
  EXPECT_EQ(e.live_above(), std::vector{HostId("c")});
  EXPECT_EQ(e.position(), 1U);
}

}  // namespace
}  // namespace prumo::election::testing
