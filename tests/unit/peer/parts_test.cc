// The smaller parts: patterns, duplicate ids, parameters, tables.

#include <gtest/gtest.h>

#include "src/peer/duplicates.h"
#include "src/peer/parameters.h"
#include "src/peer/pattern.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

TEST(Pattern, MatchesAsAShellDoes) {
  EXPECT_TRUE(matches("db*", "db1"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*b*c", "axxbyyc"));
  EXPECT_TRUE(matches("?b", "ab"));
  EXPECT_TRUE(matches("plain", "plain"));
  EXPECT_FALSE(matches("plain", "plainer"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_FALSE(matches("", "x"));
  EXPECT_FALSE(matches("a*b*c", "axxbyy"));
}

TEST(Pattern, ManyStarsTakeNoExponentialTime) {
  std::string stars;
  for (int i = 0; i < 200; ++i) stars += "*a";
  EXPECT_FALSE(matches(stars + "b", std::string(5000, 'a')));
}

/// What one peer hears with one id.
struct Ear {
  bool hears(Incarnation incarnation, RunId run) {
    return duplicates.heard(id, incarnation, run, now);
  }
  HostId id{"h1"};
  Instant now{100s};
  Members members{{{.id = id, .endpoint = "", .public_key = "", .priority = 0}}};
  Duplicates duplicates{{}, members};
};

TEST(Duplicates, ARestartIsNoDuplicate) {
  Ear ear;
  EXPECT_FALSE(ear.hears({3, 0}, RunId{1}));
  EXPECT_FALSE(ear.hears({3, 1}, RunId{1}));
  EXPECT_FALSE(ear.hears({4, 0}, RunId{2}));
  EXPECT_FALSE(ear.hears({3, 1}, RunId{1})) << "a straggler of the run before";
  EXPECT_FALSE(ear.hears({4, 0}, RunId{2}));
}

TEST(Duplicates, ARunThatSpeaksAgainAfterAnotherIsOne) {
  Ear ear;
  EXPECT_FALSE(ear.hears({3, 0}, RunId{1}));
  EXPECT_FALSE(ear.hears({3, 0}, RunId{2}));
  EXPECT_TRUE(ear.hears({3, 0}, RunId{1}));
}

TEST(Duplicates, ALostStoreIsNoDuplicate) {
  Ear ear;
  EXPECT_FALSE(ear.hears({9, 0}, RunId{1}));
  EXPECT_FALSE(ear.hears({1, 0}, RunId{2}));
  EXPECT_FALSE(ear.hears({10, 0}, RunId{2}));
}

TEST(Duplicates, ARunThatCountsAgainWhatAnotherHadIsForgetful) {
  Ear ear;
  const auto forgetful = [&](Incarnation incarnation, RunId run) {
    EXPECT_FALSE(ear.hears(incarnation, run));
    return ear.duplicates.forgotten(ear.id, incarnation, run).has_value();
  };
  EXPECT_FALSE(forgetful({2, 0}, RunId{1}));
  EXPECT_FALSE(forgetful({3, 0}, RunId{2}));
  EXPECT_TRUE(forgetful({3, 0}, RunId{3})) << "its store was lost";
  EXPECT_TRUE(forgetful({3, 1}, RunId{3}));
  EXPECT_FALSE(forgetful({4, 0}, RunId{3})) << "it has heard of the other";
  EXPECT_TRUE(forgetful({2, 0}, RunId{4}));
}

TEST(Duplicates, OneThatForgetsIsKnownByWhatWasRememberedOverARestart) {
  Ear ear;
  EXPECT_FALSE(ear.hears({3, 0}, RunId{1}));
  ear.duplicates = Duplicates(ear.duplicates.remembered(), ear.members);
  EXPECT_FALSE(ear.hears({3, 1}, RunId{1}));
  EXPECT_FALSE(ear.duplicates.forgotten(ear.id, {3, 1}, RunId{1}));
  EXPECT_FALSE(ear.hears({3, 0}, RunId{2}));
  EXPECT_EQ(ear.duplicates.forgotten(ear.id, {3, 0}, RunId{2}), 3U);
  EXPECT_FALSE(ear.hears({4, 0}, RunId{2})) << "it has been told, and is no second one";
  EXPECT_FALSE(ear.duplicates.forgotten(ear.id, {4, 0}, RunId{2}));
}

TEST(Duplicates, AStartCountThatNoHostReachesDoesNotOutliveARestart) {
  Ear ear;
  EXPECT_FALSE(ear.hears({kStartsMost + 1, 0}, RunId{1}));
  EXPECT_TRUE(ear.duplicates.remembered().empty());
}

TEST(Duplicates, NothingIsRememberedOfWhoIsNoMember) {
  Ear ear;
  EXPECT_FALSE(ear.hears({3, 0}, RunId{1}));
  EXPECT_TRUE(ear.duplicates.news());
  EXPECT_EQ(ear.duplicates.remembered().size(), 1U);
  EXPECT_FALSE(ear.duplicates.news());
  ear.duplicates.keep_only(Members{});
  EXPECT_TRUE(ear.duplicates.news());
  EXPECT_TRUE(ear.duplicates.remembered().empty());
}

TEST(Duplicates, AStragglerOfARunNeverHeardBeforeIsNone) {
  Ear ear;
  EXPECT_FALSE(ear.hears({5, 0}, RunId{2}));
  EXPECT_FALSE(ear.hears({4, 0}, RunId{1}));
  EXPECT_FALSE(ear.hears({5, 0}, RunId{2}));
  EXPECT_FALSE(ear.hears({4, 0}, RunId{1}));
  EXPECT_FALSE(ear.hears({6, 0}, RunId{3}));
}

TEST(Duplicates, ACloneWithALowerStartCountIsOneOnceItHasRefuted) {
  Ear ear;
  EXPECT_FALSE(ear.hears({5, 0}, RunId{2}));
  EXPECT_FALSE(ear.hears({1, 0}, RunId{1}));
  EXPECT_FALSE(ear.hears({5, 0}, RunId{2}));
  EXPECT_TRUE(ear.hears({6, 0}, RunId{1}));
}

TEST(Duplicates, ACloneThatNeverHearsOfTheOtherIsOneOnceNoFrameCanBeThatLate) {
  Ear ear;
  EXPECT_FALSE(ear.hears({5, 0}, RunId{2}));
  EXPECT_FALSE(ear.hears({1, 0}, RunId{1}));
  ear.now = ear.now + Duplicates::kLatest;
  EXPECT_FALSE(ear.hears({5, 0}, RunId{2}));
  EXPECT_FALSE(ear.hears({1, 0}, RunId{1}));
  ear.now = ear.now + 1ms;
  EXPECT_FALSE(ear.hears({5, 0}, RunId{2}));
  EXPECT_TRUE(ear.hears({1, 0}, RunId{1}));
}

TEST(Duplicates, AHostThatWasRestartedLongAgoIsNone) {
  Ear ear;
  EXPECT_FALSE(ear.hears({5, 0}, RunId{1}));
  ear.now = ear.now + 1h;
  EXPECT_FALSE(ear.hears({5, 0}, RunId{1}));
  EXPECT_FALSE(ear.hears({6, 0}, RunId{2}));
  EXPECT_FALSE(ear.hears({5, 0}, RunId{1})) << "late";
  ear.now = ear.now + 1h;
  EXPECT_FALSE(ear.hears({6, 0}, RunId{2}));
}

TEST(ReliefParameters, TheDefaultsAreSound) { EXPECT_EQ(check(Parameters{}), ""); }

TEST(ReliefParameters, SettleFollowsFromSmoothing) {
  EXPECT_EQ(effective_settle(Parameters{}), Duration(15s));
  Parameters p;
  p.relief.settle = 4s;
  EXPECT_EQ(effective_settle(p), Duration(4s));
}

TEST(ReliefParameters, ContradictionsAreNamed) {
  const auto said = [](auto change) {
    Parameters p;
    change(p);
    return check(p);
  };
  EXPECT_NE(said([](Parameters& p) { p.policy.target = 0.95; }), "");
  EXPECT_NE(said([](Parameters& p) { p.policy.mu = 1; }), "");
  EXPECT_NE(said([](Parameters& p) { p.relief.slot_bound = 5s; }), "");
  EXPECT_NE(said([](Parameters& p) { p.relief.info_deadline = 2s; }), "");
  EXPECT_NE(said([](Parameters& p) { p.relief.promised = 1s; }), "");
  EXPECT_NE(said([](Parameters& p) { p.relief.cooldown = 1s; }), "");
  EXPECT_NE(said([](Parameters& p) { p.relief.sample_interval = 1ms; }), "");
}

TEST(Tables, StayWithinTheirBounds) {
  DurableState state;
  Effects effects;
  const HostId self("h1");
  const std::string boot = "b";
  const Parameters parameters;
  Turn t{Instant{1s}, self, boot, parameters, state, effects, {}, {}};
  for (int i = 0; i < 1000; ++i) {
    const VmId vm(std::to_string(i));
    start_cooldown(t, vm);
    start_avoiding(t, vm, HostId("h2"), "x");
    need_operator(t, vm, "n", "x");
  }
  EXPECT_EQ(state.cooldowns.size(), kMostCooldowns);
  EXPECT_EQ(state.cooldowns.back().vm, VmId("999")) << "the oldest goes first";
  EXPECT_EQ(state.avoided.size(), kMostAvoided);
  EXPECT_EQ(state.operator_needed.size(), kMostOperatorNeeded);
}

TEST(Tables, AnAvoidedPairIsFreeAfterItsTimeAndForgottenAfterTwice) {
  DurableState state;
  Effects effects;
  const HostId self("h1");
  const std::string boot = "b";
  const Parameters parameters;
  Turn t{Instant{1s}, self, boot, parameters, state, effects, {}, {}};
  start_avoiding(t, VmId("a"), HostId("h2"), "x");
  EXPECT_NE(avoided(state, VmId("a"), HostId("h2"), t.now), nullptr);
  t.now = Instant{121s};
  EXPECT_EQ(avoided(state, VmId("a"), HostId("h2"), t.now), nullptr);
  prune_tables(t);
  EXPECT_EQ(state.avoided.size(), 1U);
  t.now = Instant{241s};
  prune_tables(t);
  EXPECT_TRUE(state.avoided.empty());
}

}  // namespace
}  // namespace prumo
