#include "policy/matching.h"

#include <gtest/gtest.h>

namespace prumo::policy {
namespace {

std::optional<std::vector<std::size_t>> assigned(const std::vector<Takers>& takers,
                                                 std::size_t hosts) {
  std::vector<const Takers*> view;
  for (const Takers& t : takers) view.push_back(&t);
  return assign(view, hosts);
}
using Hosts = std::vector<std::size_t>;

TEST(Assignment, OfNobodyIsEmpty) { EXPECT_EQ(assigned({}, 3), Hosts{}); }

TEST(Assignment, TakesTheFullestThatFits) {
  EXPECT_EQ(assigned({{1, 2}, {0, 1}}, 3), (Hosts{1, 0}));
}

TEST(Assignment, LeavesTheFullestToTheOneThatFitsNowhereElse) {
  EXPECT_EQ(assigned({{0, 1}, {0}}, 2), (Hosts{1, 0}));
  EXPECT_EQ(assigned({{0, 1, 2}, {0, 1}, {0, 1}}, 3), (Hosts{2, 0, 1}));
}

TEST(Assignment, PrefersTheFirstVmsChoiceOverTheLaters) {
  EXPECT_EQ(assigned({{0, 1, 2}, {0, 1, 2}, {0, 1, 2}}, 3), (Hosts{0, 1, 2}));
}

TEST(Assignment, ExistsOnlyWithDistinctHosts) {
  EXPECT_FALSE(assigned({{0}, {0}}, 1));
  EXPECT_FALSE(assigned({{0, 1}, {0, 1}, {0, 1}}, 5));
  EXPECT_FALSE(assigned({{}}, 5));
}

TEST(Matching, MovesOthersAlongToMakeRoom) {
  const std::vector<Takers> takers{{0, 1}, {1, 2}, {0}};
  const std::vector<const Takers*> view{&takers[0], &takers[1], &takers[2]};
  Matching m(view, 3);
  ASSERT_TRUE(m.add(0));
  ASSERT_TRUE(m.add(1));
  ASSERT_TRUE(m.add(2));
  EXPECT_EQ(m.host_of(2), 0U);
  EXPECT_EQ(m.host_of(0), 1U);
  EXPECT_EQ(m.host_of(1), 2U);
}

TEST(Matching, IsUnchangedByAFailedAdditionAndUsableAfterARemoval) {
  const std::vector<Takers> takers{{0}, {0}};
  const std::vector<const Takers*> view{&takers[0], &takers[1]};
  Matching m(view, 1);
  ASSERT_TRUE(m.add(0));
  EXPECT_FALSE(m.add(1));
  EXPECT_EQ(m.host_of(0), 0U);
  m.remove(0);
  EXPECT_TRUE(m.add(1));
}

TEST(Matching, AddingForGoodStillFindsRoomBesideWhatIsFull) {
  const std::vector<Takers> takers{{0}, {0}, {0, 1}, {1}};
  const std::vector<const Takers*> view{&takers[0], &takers[1], &takers[2], &takers[3]};
  Matching m(view, 2);
  EXPECT_TRUE(m.add_for_good(0));
  EXPECT_FALSE(m.add_for_good(1));
  EXPECT_TRUE(m.add_for_good(2));
  EXPECT_FALSE(m.add_for_good(3));
}

}  // namespace
}  // namespace prumo::policy
