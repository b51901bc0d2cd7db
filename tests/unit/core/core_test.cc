#include <gtest/gtest.h>

#include <set>

#include "src/core/deadline.h"
#include "src/core/ids.h"
#include "src/core/members.h"
#include "src/core/random.h"
#include "src/core/units.h"

namespace prumo {
namespace {

Member member(const std::string& id, std::int32_t priority = 0) {
  return {HostId(id), "tcp://" + id, "k", priority};
}

TEST(Micro, AHugeFigureStaysHuge) {
  EXPECT_GT(Micro::of(1e30), Micro::of(1.0));
  EXPECT_GT(Micro::of(1e30) + Micro::of(1e30), Micro::of(1e30));
  EXPECT_LT(Micro::of(-1e30), Micro{});
}

TEST(Micro, UtilisationsThatOnlyRoundingTellsApartAreEqual) {
  EXPECT_EQ(Micro::of(0.55) + Micro::of(0.30), Micro::of(0.85));
  EXPECT_FALSE(Micro::of(0.1 + 0.2) > Micro::of(0.3));
}

TEST(Instant, NeverStaysNever) {
  EXPECT_EQ(Instant::never() + 5s, Instant::never());
  EXPECT_EQ(Instant::never() - 5s, Instant::never());
  EXPECT_LT(Instant{1h}, Instant::never());
}

TEST(DurableDeadline, UnderTheSameBootTimeGoesOn) {
  DurableDeadline d = DurableDeadline::in(10s, "one", Instant{100s});
  d.adopt("one", Instant{105s});
  EXPECT_FALSE(d.passed(Instant{109s}));
  EXPECT_TRUE(d.passed(Instant{110s}));
}

TEST(DurableDeadline, UnderAnotherBootTheFullLengthBeginsAnew) {
  DurableDeadline d = DurableDeadline::in(10s, "one", Instant{100s});
  d.adopt("two", Instant{3s});
  EXPECT_FALSE(d.passed(Instant{12s}));
  EXPECT_TRUE(d.passed(Instant{13s}));
  EXPECT_EQ(d.boot_id, "two");
}

TEST(Random, TheSameSeedGivesTheSameAndForksDiffer) {
  Random a(7);
  Random b(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(Random(7).fork("x").next(), Random(7).fork("y").next());
  const Random parent(7);
  EXPECT_EQ(parent.fork("x").next(), parent.fork("x").next());
}

TEST(Random, StaysWithinItsRange) {
  Random r(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(r.below(5));
    const double u = r.unit();
    EXPECT_GE(u, 0.0);
    EXPECT_LT(u, 1.0);
  }
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4}));
}

TEST(Ids, OperationsAreOrderedByEpochThenRoundThenIndex) {
  EXPECT_LT((OpId{Epoch{1}, Round{9}, 9}), (OpId{Epoch{2}, Round{0}, 0}));
  EXPECT_LT((OpId{Epoch{1}, Round{1}, 9}), (OpId{Epoch{1}, Round{2}, 0}));
  EXPECT_EQ(to_string(OpId{Epoch{7}, Round{31}, 0}), "7.31.0");
}

TEST(Members, AreSortedFoundAndCounted) {
  const Members m({member("c"), member("a"), member("b"), member("d")});
  EXPECT_EQ(m.list().front().id, HostId("a"));
  EXPECT_EQ(m.majority(), 3U);
  EXPECT_EQ(Members({member("a")}).majority(), 1U);
  ASSERT_NE(m.find(HostId("c")), nullptr);
  EXPECT_EQ(m.find(HostId("x")), nullptr);
}

TEST(Members, TheDigestDependsOnEveryFieldAndNotOnTheOrderGiven) {
  EXPECT_EQ(Members({member("a"), member("b")}).digest(),
            Members({member("b"), member("a")}).digest());
  Member changed = member("a");
  changed.public_key = "other";
  EXPECT_NE(Members({member("a")}).digest(), Members({changed}).digest());
  EXPECT_NE(Members({member("a")}).digest(), Members({member("a", 1)}).digest());
}

TEST(Rank, HigherPriorityFirstThenTheHigherId) {
  EXPECT_GT(rank_of(member("a", 2)), rank_of(member("z", 1)));
  EXPECT_GT(rank_of(member("b")), rank_of(member("a")));
}

}  // namespace
}  // namespace prumo
