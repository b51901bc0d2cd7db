#include "gossip/suspicion.h"

#include <gtest/gtest.h>

namespace prumo::gossip {
namespace {

TEST(SuspicionTimeout, FollowsItsFormula) {
  struct Case {
    Duration least;
    Duration most;
    std::uint32_t confirmations;
    std::uint32_t expected;
    Duration timeout;
  };
  const Case cases[] = {
      {4s, 24s, 0, 2, 24s}, {4s, 24s, 1, 2, Duration{11'381'405}},  // 24 - 20·log 2 / log 3
      {4s, 24s, 2, 2, 4s},  {4s, 24s, 7, 2, 4s},
      {4s, 24s, 0, 1, 24s}, {4s, 24s, 1, 1, 4s},
      {4s, 24s, 0, 0, 4s},  {2s, 30s, 1, 3, 16s},  // log 2 / log 4 is a half
      {5s, 5s, 0, 2, 5s},
  };
  for (const Case& c : cases) {
    const Duration got = suspicion_timeout(c.least, c.most, c.confirmations, c.expected);
    EXPECT_NEAR(seconds(got), seconds(c.timeout), 1e-5) << c.confirmations << " of " << c.expected;
  }
}

TEST(SuspicionTimeout, GrowsWithTheLogarithmOfTheMembersAboveTen) {
  EXPECT_EQ(suspicion_least({}, 0), 4s);
  EXPECT_EQ(suspicion_least({}, 2), 4s);
  EXPECT_EQ(suspicion_least({}, 10), 4s);
  EXPECT_EQ(suspicion_least({}, 100), 8s);
  EXPECT_EQ(suspicion_least({}, 1000), 12s);
}

TEST(SuspicionTimeout, ExpectsNoMoreConfirmationsThanThereAreWitnesses) {
  EXPECT_EQ(confirmations_expected(1), 0U);
  EXPECT_EQ(confirmations_expected(2), 0U);
  EXPECT_EQ(confirmations_expected(3), 1U);
  EXPECT_EQ(confirmations_expected(4), 2U);
  EXPECT_EQ(confirmations_expected(1000), 2U);
}

TEST(Suspicion, IsShortenedByOthersOnlyAndByEachOnce) {
  const Instant start{100s};
  Suspicion suspicion(start, HostId("a"));
  EXPECT_EQ(suspicion.ends({}, 5), start + 24s);
  EXPECT_FALSE(suspicion.confirm(HostId("a"), 5));
  EXPECT_TRUE(suspicion.confirm(HostId("b"), 5));
  EXPECT_FALSE(suspicion.confirm(HostId("b"), 5));
  EXPECT_LT(suspicion.ends({}, 5), start + 12s);
  EXPECT_TRUE(suspicion.confirm(HostId("c"), 5));
  EXPECT_EQ(suspicion.ends({}, 5), start + 4s);
  EXPECT_FALSE(suspicion.confirm(HostId("d"), 5)) << "enough have, it need not spread";
}

TEST(Suspicion, IsPutOffThreeTimesAndNotForEver) {
  const Instant start{100s};
  Suspicion suspicion(start, HostId("a"));
  for (int i = 1; i <= 10; ++i) suspicion.postpone(start + 100s * i);
  EXPECT_EQ(suspicion.ends({}, 5), start + 300s);
}

}  // namespace
}  // namespace prumo::gossip
