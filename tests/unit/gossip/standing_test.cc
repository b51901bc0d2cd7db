// What one machine believes of the others, and of what is said about itself.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/unit/gossip/machine.h"

namespace prumo::gossip {
namespace {

constexpr auto kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr auto kMost64 = std::numeric_limits<std::uint64_t>::max();

TEST(Standing, AMemberNeverHeardOfIsDeadUntilItSpeaks) {
  Machine m(3);
  EXPECT_EQ(m.known(1).standing, Standing::kDead);
  EXPECT_FALSE(m.known(1).heard_of);
  const auto changes = of_kind<StandingChanged>(m.step(Heard{host(1), {4, 2}}));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].after, Standing::kAlive);
  EXPECT_EQ(m.known(1).incarnation, (Incarnation{4, 2}));
  EXPECT_EQ(m.known(1).heard_directly, m.now);
}

TEST(Standing, OnlyGoesUpWithinAnIncarnation) {
  Machine m(5);
  m.introduce(4);
  m.now = m.now + 5s;
  m.hears(2, Delta{{says(1, Standing::kDead)}});
  ASSERT_EQ(m.known(1).standing, Standing::kDead);
  m.hears(2, Delta{{says(1, Standing::kSuspect)}});
  m.hears(2, Delta{{says(1, Standing::kAlive)}});
  EXPECT_EQ(m.known(1).standing, Standing::kDead);
  m.hears(2, Delta{{says(1, Standing::kAlive, {1, 1})}});
  EXPECT_EQ(m.known(1).standing, Standing::kAlive);
}

TEST(Standing, AStaleAliveIsAnsweredWithTheAccusation) {
  Machine m(5);
  m.introduce(4);
  m.now = m.now + 5s;
  m.hears(2, Delta{{says(1, Standing::kSuspect)}});
  const auto answers = sent<Delta>(m.hears(3, Rumour{{says(1, Standing::kAlive)}}));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].first, host(3));
  EXPECT_EQ(answers[0].second.updates[0].about.standing, Standing::kSuspect);
  EXPECT_EQ(answers[0].second.updates[0].accuser, host(2));
}

TEST(Standing, AnythingStraightFromASuspectClearsItAndItIsToldSoThatItRefutes) {
  Machine m(5);
  m.introduce(4);
  m.step_after(5s, Accuse{host(1)});
  ASSERT_EQ(m.known(1).standing, Standing::kSuspect);
  const auto out = m.step_after(1s, Heard{host(1), {1, 0}});
  EXPECT_EQ(m.known(1).standing, Standing::kAlive);
  const auto told = sent<Delta>(out);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].first, host(1));
  EXPECT_EQ(told[0].second.updates[0].about.standing, Standing::kSuspect);
}

TEST(Standing, AnAccusationIsNotBelievedOfAMemberHeardJustNow) {
  Machine m(5);
  m.introduce(4);
  const auto out = m.hears(2, Rumour{{says(1, Standing::kSuspect)}});
  EXPECT_EQ(m.known(1).standing, Standing::kAlive);
  ASSERT_EQ(sent<Delta>(out).size(), 1U) << "the accused is told";
  m.now = m.now + Parameters{}.probe_timeout;
  m.hears(2, Rumour{{says(1, Standing::kSuspect)}});
  EXPECT_EQ(m.known(1).standing, Standing::kSuspect);
}

TEST(Standing, TheDeadNeedARefutationAndAreToldSoAtMostFiveTimesASecond) {
  Machine m(5);
  m.introduce(4);
  m.now = m.now + 5s;
  m.hears(2, Delta{{says(1, Standing::kDead)}});
  std::size_t told = 0;
  for (int i = 0; i < 100; ++i)
    told += sent<Delta>(m.step_after(10ms, Heard{host(1), {1, 0}})).size();
  EXPECT_EQ(m.known(1).standing, Standing::kDead);
  EXPECT_EQ(told, 5U);
  m.step(Heard{host(1), {1, 1}});
  EXPECT_EQ(m.known(1).standing, Standing::kAlive);
}

TEST(Standing, AFrameOfAnEarlierRunRevivesNobody) {
  Machine m(5);
  m.step(Heard{host(1), {3, 0}});
  m.now = m.now + 5s;
  m.hears(2, Delta{{says(1, Standing::kDead, {3, 0})}});
  const auto out = m.step(Heard{host(1), {2, 9}});
  EXPECT_EQ(m.known(1).standing, Standing::kDead);
  EXPECT_EQ(m.known(1).incarnation, (Incarnation{3, 0}));
  ASSERT_EQ(sent<Delta>(out).size(), 1U) << "a host that forgot its start count must learn of it";
}

TEST(Standing, AnUnconfirmedSuspicionLastsLongAndAConfirmedOneIsShort) {
  Machine m(5);
  m.introduce(4);
  const Instant begin = m.now + 5s;
  const auto dies_after = [&](bool confirmed) {
    Machine copy = m;
    copy.now = begin;
    copy.hears(2, Delta{{says(1, Standing::kSuspect)}});
    if (confirmed) {
      for (std::size_t by : {3U, 4U}) {
        Update update = says(1, Standing::kSuspect);
        update.accuser = host(by);
        copy.hears(by, Rumour{{update}});
      }
    }
    while (copy.known(1).standing != Standing::kDead) {
      copy.now = copy.gossip.next_deadline();
      // The others keep on answering, only h01 is silent.
      for (std::size_t i = 2; i <= 4; ++i) copy.step(Heard{host(i), {1, 0}});
    }
    return copy.now - begin;
  };
  EXPECT_EQ(dies_after(true), 4s);
  EXPECT_GT(dies_after(false), 8s) << "its own probe confirms, nobody else does";
}

TEST(Standing, AnAccuserWhoIsNoMemberConfirmsNothing) {
  Machine m(5);
  m.introduce(4);
  m.now = m.now + 5s;
  m.hears(2, Delta{{says(1, Standing::kSuspect)}});
  const Instant begin = m.now;
  for (int i = 0; i < 20; ++i) {
    Update update = says(1, Standing::kSuspect);
    update.accuser = HostId("stranger" + std::to_string(i));
    m.hears(2, Rumour{{update}});
  }
  m.tick_until(begin + 4s);
  EXPECT_EQ(m.known(1).standing, Standing::kSuspect);
}

TEST(Standing, AnAccuserOfOneIncarnationIsNotCountedAgainstTheNext) {
  Machine m(5);
  m.introduce(4);
  m.now = m.now + 5s;
  m.hears(2, Delta{{says(1, Standing::kSuspect)}});
  Update further = says(1, Standing::kSuspect);
  further.accuser = host(3);
  m.hears(3, Rumour{{further}});
  m.hears(2, Delta{{says(1, Standing::kAlive, {1, 1})}});
  m.hears(2, Delta{{says(1, Standing::kSuspect, {1, 1})}});
  for (const auto& [to, rumour] : sent<Rumour>(m.tick_until(m.now + 300ms))) {
    for (const Update& update : rumour.updates) EXPECT_NE(update.accuser, host(3));
  }
}

TEST(Refutation, GoesAboveWhateverWasSaid) {
  struct Case {
    Incarnation said;
    Standing standing;
    Incarnation after;
  };
  const Case cases[] = {
      {{1, 0}, Standing::kAlive, {1, 0}},
      {{1, 0}, Standing::kSuspect, {1, 1}},
      {{1, 0}, Standing::kDead, {1, 1}},
      {{1, 0}, Standing::kLeft, {1, 1}},
      {{0, 9}, Standing::kDead, {1, 0}},
      {{1, 7}, Standing::kAlive, {1, 8}},
      {{6, 2}, Standing::kDead, {7, 0}},
      {{1, 1U << 31U}, Standing::kDead, {1, (1U << 31U) + 1}},
      {{1U << 24U, 2}, Standing::kDead, {1U << 24U, 3}},
      // Said by a liar: numbers that this host could not go above for ever.
      {{1, kMost32}, Standing::kDead, {1, 0}},
      {{kMost32, kMost32}, Standing::kDead, {1, 0}},
  };
  for (const Case& c : cases) {
    Machine m(3);
    m.introduce(2);
    m.hears(1, Rumour{{says(0, c.standing, c.said)}});
    m.hears(1, Digest{{says(0, c.standing, c.said).about}, false});
    EXPECT_EQ(m.gossip.incarnation(), c.after) << &c - cases;
  }
}

TEST(Hearsay, UsesUpNobodysNumbers) {
  Machine m(3);
  m.introduce(2);
  const Incarnation before = m.known(1).incarnation;
  for (const Incarnation said : {Incarnation{kMost32, 0}, {1, kMost32}, {kMost32, kMost32}}) {
    const auto out = m.hears(2, Delta{{says(1, Standing::kDead, said)}});
    EXPECT_EQ(m.known(1).incarnation, before);
    EXPECT_TRUE(std::any_of(out.begin(), out.end(), [](const Output& o) {
      const auto* lie = std::get_if<Incredible>(&o);
      return lie != nullptr && lie->from == host(2);
    }));
  }
  Update update = says(1, Standing::kAlive, before);
  update.about.version = Version{(std::uint64_t{1} << 63U) - 2};
  update.summary = Summary{};
  m.hears(2, Delta{{update}});
  EXPECT_NE(m.known(1).version, update.about.version);
  // Of itself a host may say anything.
  m.hears(1, Delta{{says(1, Standing::kAlive, {kMost32, 0})}}, {kMost32, 0});
  EXPECT_EQ(m.known(1).incarnation, (Incarnation{kMost32, 0}));
}

TEST(Refutation, IsToldToTheBearerAndAsARumourAtOnce) {
  Machine m(5);
  m.introduce(4);
  m.step(Own{});
  m.tick_until(m.now + 400ms);  // the rumour of its summary has been told
  const auto out = m.hears(1, Rumour{{says(0, Standing::kSuspect)}});
  EXPECT_EQ(of_kind<Refuted>(out).size(), 1U);
  ASSERT_EQ(sent<Delta>(out).size(), 1U);
  EXPECT_EQ(sent<Delta>(out)[0].first, host(1));
  const auto rumours = sent<Rumour>(out);
  ASSERT_EQ(rumours.size(), kRumourFanout);
  ASSERT_EQ(rumours[0].second.updates.size(), 1U);
  EXPECT_FALSE(rumours[0].second.updates[0].summary) << "nothing in it is new";
  EXPECT_EQ(m.gossip.health_multiplier(), 2U) << "who is suspected may be slow itself";
}

TEST(Refutation, OfALaterStartCarriesTheSummaryWhichThatMakesVoid) {
  Machine m(5);
  m.introduce(4);
  m.step(Own{});
  m.tick_until(m.now + 400ms);  // the rumour of its summary has been told
  const auto rumours = sent<Rumour>(m.hears(1, Rumour{{says(0, Standing::kDead, {6, 2})}}));
  ASSERT_EQ(rumours.size(), kRumourFanout);
  EXPECT_TRUE(rumours[0].second.updates[0].summary);
}

TEST(Refutation, AVersionFromARunNobodyHereRemembersIsOvertakenUnlessItIsAbsurd) {
  Machine m(3);
  m.introduce(2);
  m.hears(1, Delta{{says(0, Standing::kAlive, {1, 0}, 500)}});
  EXPECT_EQ(m.gossip.version(), Version{501});
  m.hears(1, Delta{{says(0, Standing::kAlive, {1, 0}, kMost64)}});
  EXPECT_EQ(m.gossip.version(), Version{501});
}

TEST(Refutation, WhoHasLeftRefutesNothing) {
  Machine m(3);
  m.introduce(2);
  const auto farewell = sent<Rumour>(m.step(Leave{}));
  EXPECT_EQ(farewell.size(), 2U);
  EXPECT_TRUE(m.step(Leave{}).empty()) << "once";
  m.hears(1, Rumour{{says(0, Standing::kDead)}});
  EXPECT_EQ(m.gossip.incarnation(), (Incarnation{1, 0}));
  EXPECT_TRUE(m.tick_until(m.now + 60s).empty());
  EXPECT_EQ(sent<Ack>(m.hears(1, Ping{5})).size(), 1U) << "it still answers";
}

TEST(Members, StrangersChangeNothingAndGetNoAnswer) {
  Machine m(3);
  m.introduce(2);
  m.tick_until(m.now + 100ms);
  const auto before = m.gossip.next_deadline();
  const HostId stranger("h77");
  const Message messages[] = {Digest{{says(1, Standing::kDead).about}, false},
                              Delta{{says(1, Standing::kDead)}}, Rumour{{says(1, Standing::kDead)}},
                              Ping{1}, PingRequest{1, host(1)}};
  for (const Message& message : messages)
    EXPECT_TRUE(m.step(Incoming{stranger, {9, 9}, message}).empty());
  EXPECT_TRUE(m.step(Heard{stranger, {9, 9}}).empty());
  EXPECT_TRUE(m.step(Accuse{stranger}).empty());
  EXPECT_TRUE(m.step(Incoming{host(0), {9, 9}, Ping{1}}).empty()) << "one's own name from outside";
  EXPECT_EQ(m.known(1).standing, Standing::kAlive);
  EXPECT_EQ(m.gossip.next_deadline(), before);
}

TEST(Members, EntriesAboutStrangersAreNotTaken) {
  Machine m(3);
  m.introduce(2);
  Update update = says(55, Standing::kAlive, {1, 0}, 7);
  update.summary = summary_with(1);
  EXPECT_TRUE(m.hears(1, Rumour{{update}}).empty());
  EXPECT_TRUE(m.hears(1, Digest{{update.about}, false}).empty());
  EXPECT_TRUE(m.hears(1, PingRequest{3, host(55)}).empty());
  EXPECT_EQ(m.gossip.peers().size(), 2U);
}

TEST(Members, ARemovedOneIsForgottenAndAReaddedOneBeginsAnew) {
  Machine m(4);
  m.introduce(3);
  m.step_after(1s, Accuse{host(3)});
  m.step(NewMembers{members_of(3)});
  EXPECT_FALSE(m.gossip.peers().contains(host(3)));
  for (const auto& [to, ping] : sent<Ping>(m.tick_until(m.now + 60s))) EXPECT_NE(to, host(3));
  m.step(NewMembers{members_of(6)});
  EXPECT_EQ(m.gossip.peers().size(), 5U);
  EXPECT_FALSE(m.known(3).heard_of);
}

}  // namespace
}  // namespace prumo::gossip
