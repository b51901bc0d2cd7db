#include "src/hypervisor/precopy.h"

#include <gtest/gtest.h>

namespace prumo::hypervisor {
namespace {

TEST(Precopy, OfAnIdleVmCopiesItsImageOnce) {
  const Precopy course = precopy(1000, 0, 100);
  EXPECT_NEAR(seconds(course.total), 10.02, 1e-6);
  EXPECT_NEAR(seconds(course.downtime), 0.02, 1e-6);
  EXPECT_DOUBLE_EQ(course.copied_mib, 1000);
}

TEST(Precopy, TakesLongerTheFasterTheVmWrites) {
  const Precopy calm = precopy(1000, 10, 100);
  const Precopy busy = precopy(1000, 50, 100);
  EXPECT_LT(calm.total, busy.total);
  EXPECT_LT(calm.copied_mib, busy.copied_mib);
  EXPECT_LE(busy.downtime, Duration(320ms));
}

TEST(Precopy, StopsAVmThatWritesFasterThanTheLinkCopies) {
  const Precopy course = precopy(1000, 200, 100);
  EXPECT_NEAR(seconds(course.downtime), 10.02, 1e-6);
  EXPECT_NEAR(seconds(course.total), 310.02, 1e-5);
}

TEST(Precopy, OfNothingTakesOnlyTheSwitch) {
  EXPECT_NEAR(seconds(precopy(0, 5, 100).total), 0.02, 1e-6);
}

TEST(Precopy, StaysFiniteOnAHopelessLink) { EXPECT_LE(seconds(precopy(1e9, 1, 1e-9).total), 1e9); }

}  // namespace
}  // namespace prumo::hypervisor
