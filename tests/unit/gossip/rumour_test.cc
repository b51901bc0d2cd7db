#include "gossip/rumour.h"

#include <gtest/gtest.h>

#include "gossip/budget.h"

namespace prumo::gossip {
namespace {

const HostId kA("a");
const HostId kB("b");
const HostId kC("c");

TEST(RelaySteps, AreFourTimesTheLogarithmOfTheMembers) {
  EXPECT_EQ(relay_steps(0), 0U);
  EXPECT_EQ(relay_steps(1), 2U);
  EXPECT_EQ(relay_steps(5), 4U);
  EXPECT_EQ(relay_steps(9), 4U);
  EXPECT_EQ(relay_steps(50), 7U);
  EXPECT_EQ(relay_steps(999), 12U);
  EXPECT_EQ(relay_steps(1000), 13U);
}

TEST(RumourQueue, TellsTheLeastToldFirst) {
  RumourQueue queue;
  queue.add(kA, false, Instant{});
  queue.sent({kA, {}}, 5);
  queue.add(kB, false, Instant{});
  const std::vector<RumourKey> expected{{kB, {}}, {kA, {}}};
  EXPECT_EQ(queue.in_order(), expected);
}

TEST(RumourQueue, DropsWhatWasToldOftenEnough) {
  RumourQueue queue;
  queue.add(kA, false, Instant{});
  queue.sent({kA, {}}, 2);
  EXPECT_FALSE(queue.empty());
  queue.sent({kA, {}}, 2);
  EXPECT_TRUE(queue.empty());
  queue.sent({kA, {}}, 2);
}

TEST(RumourQueue, KeepsOneEntryASubjectHoweverOftenItChanges) {
  RumourQueue queue;
  for (int i = 0; i < 100; ++i) queue.add(kA, i == 0, Instant{});
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_TRUE(queue.with_summary({kA, {}})) << "a summary still to be told is not forgotten";
}

TEST(RumourQueue, ANewStateMakesEarlierAccusersMoot) {
  RumourQueue queue;
  queue.add_accuser(kA, kB, Instant{});
  queue.add_accuser(kA, kC, Instant{});
  queue.add_accuser(kB, kC, Instant{});
  queue.add(kA, false, Instant{});
  const std::vector<RumourKey> expected{{kA, {}}, {kB, kC}};
  EXPECT_EQ(queue.in_order(), expected);
}

TEST(RumourQueue, DropsWhatHasWaitedTooLong) {
  RumourQueue queue;
  queue.add(kA, false, Instant{1s});
  queue.add(kB, false, Instant{3s});
  queue.drop_older_than(Instant{2s});
  const std::vector<RumourKey> expected{{kB, {}}};
  EXPECT_EQ(queue.in_order(), expected);
}

TEST(ByteBudget, AllowsABurstOfOneSecondAndThenItsRate) {
  const Instant start{10s};
  ByteBudget budget(1000, start);
  EXPECT_TRUE(budget.affords(1000, start));
  budget.spend(1000, start);
  EXPECT_FALSE(budget.affords(1, start));
  EXPECT_EQ(budget.affords_at(500), start + 500ms);
  EXPECT_FALSE(budget.affords(500, start + 499ms));
  EXPECT_TRUE(budget.affords(500, start + 500ms));
  EXPECT_FALSE(budget.affords(1001, start + 999ms));
}

TEST(ByteBudget, LetsWhatIsLongerThanABurstPassWhenFullAndPaysItBack) {
  const Instant start{10s};
  ByteBudget budget(1000, start);
  budget.spend(3000, start);
  EXPECT_EQ(budget.affords_at(1000), start + 3s);
  EXPECT_FALSE(budget.affords(1, start + 2s));
}

TEST(ByteBudget, DoesNotOverflowAfterAnAge) {
  ByteBudget budget(16 * 1024 * 1024, Instant{});
  budget.spend(16 * 1024 * 1024, Instant{});
  EXPECT_TRUE(budget.affords(16 * 1024 * 1024, Instant{24h * 3650}));
  EXPECT_FALSE(budget.affords(1, Instant{-1s})) << "time that seems to go back adds nothing";
}

}  // namespace
}  // namespace prumo::gossip
