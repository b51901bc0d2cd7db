// Electors among each other, over many seeds: what must never happen while everything breaks, and
// what must come about once it no longer does.

#include <gtest/gtest.h>

#include <string>

#include "world.h"

namespace prumo::election::testing {
namespace {

Parameters with_short_takeover() {
  Parameters p;
  p.takeover_delay = 2s;
  p.takeover_most = 6s;
  return p;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

std::set<std::pair<std::size_t, std::size_t>> partition(World& w) {
  std::vector<bool> side;
  for (std::size_t i = 0; i < w.size(); ++i) side.push_back(w.random.chance(0.5));
  std::set<std::pair<std::size_t, std::size_t>> cuts;
  for (std::size_t a = 0; a < w.size(); ++a) {
    for (std::size_t b = 0; b < w.size(); ++b) {
      if (side[a] != side[b]) cuts.emplace(a, b);
    }
  }
  return cuts;
}

void break_something(World& w) {
  const std::size_t i = static_cast<std::size_t>(w.random.below(w.size()));
  const std::size_t j = static_cast<std::size_t>(w.random.below(w.size()));
  switch (w.random.below(14)) {
    case 0:
      w.crash(i);
      break;
    case 1:
      w.start(i);
      break;
    case 2:
      w.start(i);
      w.start(j);
      break;
    case 3:
      w.pause(i, Duration(static_cast<Duration::rep>(w.random.below(400'000))));
      break;
    case 4:
      w.pause(i, Duration(static_cast<Duration::rep>(w.random.below(3'000'000))));
      break;
    case 5:
      w.cuts.emplace(i, j);
      break;
    case 6:
      w.cuts = partition(w);
      break;
    case 7:
      w.cuts.clear();
      break;
    case 8:
      w.faults.loss = w.random.chance(0.5) ? 0 : w.random.unit() * 0.4;
      w.faults.duplicate = w.random.unit() * 0.3;
      w.faults.delay_most = Duration(1000 + static_cast<Duration::rep>(w.random.below(400'000)));
      break;
    case 9:
      w.faults.slow_disk = w.random.chance(0.5) ? 0 : w.random.unit();
      break;
    case 10:
      w.settle_gossip();
      break;
    default: {
      std::set<std::size_t> live;
      for (std::size_t k = 0; k < w.size(); ++k) {
        if (w.random.chance(0.6)) live.insert(k);
      }
      w.tell_live(i, live);
    }
  }
  if (w.random.chance(0.03)) {
    w.feed(i, HandOver{});
    w.run_for(100ms);
    w.crash(i);
  }
}

void break_things(World& w, Duration until) {
  while (w.now() < until && w.violations.empty()) {
    w.run_for(Duration(static_cast<Duration::rep>(w.random.below(800'000))));
    break_something(w);
  }
}

void heal(World& w, const std::set<std::size_t>& stay_dead) {
  w.cuts.clear();
  w.faults = Faults{};
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (stay_dead.contains(i)) {
      w.crash(i);
    } else {
      // A peer told to hand over leads no more in its run, so all begin a new one now and then.
      if (w.random.chance(0.3)) w.crash(i);
      w.start(i);
      w.feed(i, Busy{false});
    }
  }
}

class Simulation : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Simulation, NeverHasTwoLeadersAndEndsWithTheHighestRank) {
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    SCOPED_TRACE("members " + std::to_string(GetParam()) + " seed " + std::to_string(seed));
    World w({GetParam(), with_short_takeover(), seed * 7919 + GetParam(), 0.045, true});
    break_things(w, 20s);
    ASSERT_TRUE(w.violations.empty()) << joined(w.violations);

    std::set<std::size_t> dead;
    const std::size_t may_die = (w.size() - 1) / 2;
    while (w.random.chance(0.5) && dead.size() < may_die) {
      dead.insert(static_cast<std::size_t>(w.random.below(w.size())));
    }
    heal(w, dead);
    w.run_for(1500ms);
    w.settle_gossip();
    // One election, and a takeover at its longest delay.
    w.run_for(4s + 6s + 2s);
    std::size_t highest = w.size() - 1;
    while (dead.contains(highest)) --highest;
    ASSERT_EQ(w.acting(), std::vector<std::size_t>{highest}) << joined(w.violations);
    const Epoch settled = w.highest_won();
    w.run_for(5s);
    EXPECT_EQ(w.highest_won(), settled) << "a further election";
    for (std::size_t i = 0; i < w.size(); ++i) {
      if (w.up(i)) {
        EXPECT_EQ(w.elector(i).coordinator(w.local(i)), w.id(highest));
        EXPECT_EQ(w.elector(i).durable().won, settled);
      }
    }
    ASSERT_TRUE(w.violations.empty()) << joined(w.violations);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Simulation, ::testing::Values(1, 2, 3, 5));

/// Violations found in so many seeds of a world that lacks something.
std::size_t violations_without(const WorldOptions& options, std::uint64_t seeds) {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    WorldOptions o = options;
    o.seed = seed;
    World w(o);
    break_things(w, 20s);
    if (!w.violations.empty()) ++found;
  }
  return found;
}

TEST(Checker, FindsTwoLeasesWhereThePromiseIsShorterThanTheLease) {
  WorldOptions o{3, with_short_takeover(), 0, 0.045, true};
  o.parameters.promise = 250ms;
  EXPECT_GT(violations_without(o, 40), 0U);
}

TEST(Checker, FindsAnEpochWonTwiceWhereTheStoreForgets) {
  EXPECT_GT(violations_without({3, with_short_takeover(), 0, 0.045, false}, 40), 0U);
}

TEST(CalmNetwork, ReplacesACrashedCoordinatorWithinASecond) {
  Duration total{0};
  constexpr int kRuns = 20;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    World w({5, Parameters{}, seed, 0.0001, true});
    w.run_for(1s);
    w.settle_gossip();
    w.run_for(3s + Duration(static_cast<Duration::rep>(w.random.below(200'000))));
    ASSERT_EQ(w.acting(), std::vector<std::size_t>{4});
    const Duration crashed = w.now();
    w.crash(4);
    w.run_for(2s);
    ASSERT_EQ(w.acting(), std::vector<std::size_t>{3});
    ASSERT_EQ(w.wins.back().second, 3U);
    EXPECT_EQ(w.wins.size(), 2U);
    const Duration took = w.wins.back().first - crashed;
    EXPECT_LT(took, 1060ms);
    total += took;
  }
  EXPECT_LT(total / kRuns, 950ms);
}

TEST(CalmNetwork, ElectsInUnderSixTenthsOfASecondWithTheFastProfile) {
  Duration total{0};
  constexpr int kRuns = 20;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    World w({5, fast(), seed, 0.0001, true});
    w.run_for(1s);
    w.settle_gossip();
    w.run_for(3s + Duration(static_cast<Duration::rep>(w.random.below(100'000))));
    const Duration crashed = w.now();
    w.crash(4);
    w.run_for(2s);
    ASSERT_EQ(w.wins.back().second, 3U);
    total += w.wins.back().first - crashed;
  }
  EXPECT_LT(total / kRuns, 590ms);
}

TEST(CalmNetwork, HandsOverWithinTwoTenthsOfASecond) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World w({5, Parameters{}, seed, 0.045, true});
    w.run_for(1s);
    w.settle_gossip();
    w.run_for(4s);
    ASSERT_EQ(w.acting(), std::vector<std::size_t>{4});
    const Duration asked = w.now();
    w.feed(4, HandOver{});
    EXPECT_TRUE(w.acting().empty());
    w.run_for(20ms);
    w.crash(4);
    w.run_for(180ms);
    ASSERT_EQ(w.acting(), std::vector<std::size_t>{3});
    EXPECT_LT(w.wins.back().first - asked, 60ms);
  }
}

TEST(CalmNetwork, HandsOverInTimeThoughOneResignationInFiveIsLost) {
  int in_time = 0;
  constexpr int kRuns = 40;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    World w({3, Parameters{}, seed, 0.045, true});
    w.run_for(1s);
    w.settle_gossip();
    w.run_for(4s);
    w.faults.loss = 0.2;
    w.feed(2, HandOver{});
    w.run_for(200ms);
    if (w.acting() == std::vector<std::size_t>{1}) ++in_time;
    w.run_for(2s);
    EXPECT_EQ(w.acting(), std::vector<std::size_t>{1});
  }
  EXPECT_GE(in_time, kRuns * 9 / 10);
}

TEST(CalmNetwork, ElectsNobodyNewWhenEveryProcessPausesForUpToFourTenths) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    World w({5, Parameters{}, seed, 0.045, true});
    w.run_for(1s);
    w.settle_gossip();
    w.run_for(3s);
    ASSERT_EQ(w.wins.size(), 1U);
    while (w.now() < 60s) {
      w.pause(static_cast<std::size_t>(w.random.below(5)),
              Duration(50'000 + static_cast<Duration::rep>(w.random.below(350'000))));
      w.run_for(Duration(static_cast<Duration::rep>(w.random.below(1'000'000))));
    }
    EXPECT_EQ(w.wins.size(), 1U);
    EXPECT_TRUE(w.violations.empty()) << joined(w.violations);
  }
}

TEST(CalmNetwork, ServesABigClusterWithoutAStormOfElections) {
  World w({220, Parameters{}, 1, 0.0001, true});
  w.run_for(900ms);
  w.settle_gossip();
  w.run_for(3s);
  ASSERT_EQ(w.acting(), std::vector<std::size_t>{219});
  w.sent.clear();
  w.crash(219);
  w.run_for(2s);
  ASSERT_EQ(w.acting(), std::vector<std::size_t>{218});
  constexpr std::size_t kElection = 0;
  EXPECT_LE(w.sent[kElection], 3 * 220);
}

TEST(World, RepeatsARunFromItsSeed) {
  const auto run = [] {
    World w({5, with_short_takeover(), 42, 0.045, true});
    break_things(w, 20s);
    return std::pair(w.wins, w.sent);
  };
  EXPECT_EQ(run(), run());
}

TEST(IsolatedPeer, RaisesNoEpochsAndDisturbsNobodyWhenItIsBack) {
  World w({5, with_short_takeover(), 3, 0.045, true});
  w.run_for(1s);
  w.settle_gossip();
  w.run_for(3s);
  const Epoch before = w.highest_won();
  for (std::size_t i = 1; i < 5; ++i) {
    w.cuts.emplace(0, i);
    w.cuts.emplace(i, 0);
  }
  w.run_for(20s);
  EXPECT_EQ(w.elector(0).floor(), before);
  w.cuts.clear();
  w.run_for(3s);
  EXPECT_EQ(w.highest_won(), before);
  EXPECT_EQ(w.elector(0).coordinator(w.local(0)), w.id(4));
}

}  // namespace
}  // namespace prumo::election::testing
