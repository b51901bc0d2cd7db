// Digests, deltas, rumours, and the limits they keep.

#include <gtest/gtest.h>

#include "tests/unit/gossip/machine.h"

namespace prumo::gossip {
namespace {

Update summary_of(std::size_t id, std::uint64_t version, std::uint32_t vm_count,
                  Duration age = {}) {
  Update update = says(id, Standing::kAlive, {1, 0}, version);
  update.summary = summary_with(vm_count);
  update.age = age;
  return update;
}

TEST(Exchange, OnlyWhatTheOtherLacksTravels) {
  Machine m(4);
  m.introduce(3);
  m.hears(1, Delta{{summary_of(1, 5, 11), summary_of(2, 5, 12)}});
  const auto out = m.hears(3, Digest{{says(1, Standing::kAlive, {1, 0}, 5).about,
                                      says(2, Standing::kAlive, {1, 0}, 4).about,
                                      says(3, Standing::kAlive, {1, 0}, 8).about},
                                     false});
  const auto deltas = sent<Delta>(out);
  ASSERT_EQ(deltas.size(), 1U);
  ASSERT_EQ(deltas[0].second.updates.size(), 1U);
  EXPECT_EQ(deltas[0].second.updates[0].about.id, host(2));
  const auto digests = sent<Digest>(out);
  ASSERT_EQ(digests.size(), 1U);
  EXPECT_TRUE(digests[0].second.answer);
  ASSERT_EQ(digests[0].second.entries.size(), 1U) << "only what the answerer lacks is asked for";
  EXPECT_EQ(digests[0].second.entries[0].id, host(3));
}

TEST(Exchange, AnAnswerIsNotAnsweredWithADigest) {
  Machine m(4);
  m.introduce(3);
  const auto out = m.hears(3, Digest{{says(1, Standing::kAlive, {1, 0}, 9).about}, true});
  EXPECT_TRUE(sent<Digest>(out).empty());
}

TEST(Exchange, OnlyAHigherVersionReplacesASummary) {
  Machine m(3);
  m.introduce(2);
  m.hears(1, Delta{{summary_of(2, 5, 50)}});
  EXPECT_TRUE(of_kind<SummaryChanged>(m.hears(1, Delta{{summary_of(2, 5, 51)}})).empty());
  EXPECT_TRUE(of_kind<SummaryChanged>(m.hears(1, Delta{{summary_of(2, 4, 52)}})).empty());
  EXPECT_EQ(m.known(2).summary.vm_count, 50U);
  EXPECT_EQ(of_kind<SummaryChanged>(m.hears(1, Delta{{summary_of(2, 6, 53)}})).size(), 1U);
  EXPECT_EQ(m.known(2).summary.vm_count, 53U);
}

TEST(Exchange, EachRelayAddsTheTimeItHeldTheEntry) {
  Machine m(4);
  m.introduce(3);
  m.hears(1, Delta{{summary_of(2, 5, 50, 3s)}});
  EXPECT_EQ(m.known(2).summary_as_of, m.now - 3s);
  m.now = m.now + 2s;
  const auto deltas = sent<Delta>(m.hears(3, Digest{{says(2, Standing::kAlive).about}, false}));
  ASSERT_EQ(deltas.size(), 1U);
  EXPECT_EQ(deltas[0].second.updates[0].age, 5s);
}

TEST(Exchange, AbsurdAgesAreTakenAsTheNearestSensible) {
  Machine m(3);
  m.introduce(2);
  m.hears(1, Delta{{summary_of(2, 5, 50, Duration::min())}});
  EXPECT_EQ(m.known(2).summary_as_of, m.now);
  m.hears(1, Delta{{summary_of(2, 6, 50, Duration::max())}});
  EXPECT_EQ(m.known(2).summary_as_of, m.now - 24h * 365);
}

TEST(Exchange, ASummaryWithEndlessTextIsRefusedAndTheStandingTaken) {
  Machine m(3);
  m.introduce(2);
  Update update = summary_of(2, 5, 50);
  update.about.incarnation = {1, 1};
  update.summary->trouble = std::string(100'000, 'x');
  m.hears(1, Delta{{update}});
  EXPECT_EQ(m.known(2).version, Version{0});
  EXPECT_EQ(m.known(2).incarnation, (Incarnation{1, 1}));
}

TEST(Exchange, AThousandMembersFitTheirFramesAndTheRestFollows) {
  Machine m(1000);
  m.introduce(999);
  for (std::size_t i = 1; i < 1000; ++i) m.hears(i, Delta{{summary_of(i, 1, 1)}});
  m.now = m.now + 200ms;
  const auto digests = sent<Digest>(m.tick_until(m.now + 5s));
  ASSERT_GE(digests.size(), 8U);
  std::set<HostId> told;
  for (const auto& [to, digest] : digests) {
    EXPECT_LE(bytes_of(Message{digest}), kDigestBytesMost + 100);
    EXPECT_EQ(digest.entries[0].id, host(0)) << "oneself always";
    EXPECT_EQ(digest.entries[1].id, to) << "and the partner";
    for (const DigestEntry& e : digest.entries) told.insert(e.id);
  }
  EXPECT_EQ(told.size(), 1000U) << "the windows cover all";

  std::vector<DigestEntry> nothing;
  for (std::size_t i = 1; i < 1000; ++i) nothing.push_back({host(i), {}, Standing::kAlive, {}});
  const auto deltas = sent<Delta>(m.hears(7, Digest{nothing, false}));
  ASSERT_EQ(deltas.size(), 1U);
  EXPECT_LE(bytes_of(Message{deltas[0].second}), kBodyBytesMost + 100);
  EXPECT_GT(deltas[0].second.updates.size(), 200U);
}

TEST(Exchange, ADigestThatRepeatsItselfBuysNoMoreThanTheMembers) {
  Machine m(4);
  m.introduce(3);
  m.hears(1, Delta{{summary_of(2, 5, 50)}});
  const std::vector<DigestEntry> same(10'000, {host(2), {}, Standing::kAlive, {}});
  const auto deltas = sent<Delta>(m.hears(3, Digest{same, false}));
  ASSERT_EQ(deltas.size(), 1U);
  EXPECT_LE(deltas[0].second.updates.size(), 4U);
}

TEST(Rumours, AnUrgentChangeLeavesInTheSameStepAndIsRepeatedInBatches) {
  Machine m(50);
  m.introduce(49);
  m.step(Own{summary_with(1), false});
  m.tick_until(m.now + 5s);
  const auto first = sent<Rumour>(m.step(Own{summary_with(2), true}));
  EXPECT_EQ(first.size(), kRumourFanout);
  EXPECT_EQ(m.gossip.next_deadline() <= m.now + 50ms, true);
  const auto rest = sent<Rumour>(m.tick_until(m.now + 1s));
  EXPECT_EQ(rest.size(), (relay_steps(50) - 1) * kRumourFanout);
}

TEST(Rumours, ACalmChangeIsLeftToTheRounds) {
  Machine m(50);
  m.introduce(49);
  m.step(Own{summary_with(1), false});
  m.tick_until(m.now + 5s);
  EXPECT_TRUE(sent<Rumour>(m.step(Own{summary_with(2), false})).empty());
}

TEST(Rumours, NewsIsPassedOnAndOldNewsIsNot) {
  Machine m(50);
  m.introduce(49);
  EXPECT_EQ(sent<Rumour>(m.hears(1, Rumour{{summary_of(2, 5, 50)}})).size(), kRumourFanout);
  m.tick_until(m.now + 2s);
  EXPECT_TRUE(sent<Rumour>(m.hears(3, Rumour{{summary_of(2, 5, 50)}})).empty());
  EXPECT_TRUE(sent<Rumour>(m.hears(3, Delta{{summary_of(4, 5, 50)}})).empty())
      << "what a round brought needs no rumour";
}

TEST(Rumours, KeepToTheirBudgetHoweverMuchThereIsToTell) {
  Machine m(200);
  m.introduce(199);
  const Instant begin = m.now;
  std::size_t bytes = 0;
  std::uint64_t version = 0;
  const auto count = [&](const std::vector<Output>& out) {
    for (const auto& [to, rumour] : sent<Rumour>(out)) bytes += bytes_of(Message{rumour});
  };
  for (int turn = 0; turn < 1000; ++turn) {
    if (turn % 20 == 0) ++version;
    std::vector<Update> updates;
    for (std::size_t i = 1; i < 200; ++i) updates.push_back(summary_of(i, version, 1));
    count(m.hears(1 + static_cast<std::size_t>(turn) % 199, Rumour{updates}));
    count(m.tick_until(m.now + 10ms));
  }
  const double rate = Parameters{}.rumour_bytes_per_s;
  EXPECT_LE(static_cast<double>(bytes), rate * (seconds(m.now - begin) + 1));
  EXPECT_GT(static_cast<double>(bytes), rate * seconds(m.now - begin) * 0.8);
}

}  // namespace
}  // namespace prumo::gossip
