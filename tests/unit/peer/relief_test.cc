// Whole relief rounds among a few peers, and what can go wrong in them.

#include <gtest/gtest.h>

#include "tests/unit/peer/world.h"

namespace prumo::test {
namespace {

/// h1 is too hot; h2 and h3 have room; h3 leads.
struct Relief : testing::Test {
  World w{{"h1", "h2", "h3"}};
  void SetUp() override {
    w.add_vm("h1", "a", 50);
    w.add_vm("h1", "b", 44);
    w.add_vm("h2", "c", 20);
    w.add_vm("h3", "d", 5);
  }
  bool started() { return !w.effects<StartMigration>("h1").empty(); }
};

TEST_F(Relief, AnOverloadedHostIsRelievedAndThenNothingMoves) {
  ASSERT_TRUE(w.run_until([&] { return w.runs_at("b", "h2"); }, 60s));
  w.run(120s);
  EXPECT_EQ(w.coordinator(), "h3");
  EXPECT_EQ(w.effects<StartMigration>("h1").size(), 1U);
  EXPECT_TRUE(w.effects<StartMigration>("h2").empty());
  EXPECT_FALSE(w.at("h1").disk.operation.has_value());
  EXPECT_TRUE(w.at("h1").disk.unreported.empty());
  EXPECT_TRUE(w.at("h1").disk.releases.empty());
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kFree);
  const auto finished = w.notes<note::Finished>("h3");
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].report.outcome, Outcome::kDone);
  EXPECT_EQ(finished[0].report.downtime, 30ms);
}

TEST_F(Relief, ACoordinatorThatIsItselfOverloadedIsServed) {
  w.add_vm("h3", "e", 45);
  w.add_vm("h3", "f", 44);
  w.at("h1").domains.clear();
  ASSERT_TRUE(w.run_until([&] { return !w.effects<StartMigration>("h3").empty(); }, 60s));
  w.run(10s);
  EXPECT_TRUE(w.at("h3").disk.unreported.empty());
}

}  // namespace
}  // namespace prumo::test
