#include "policy/prediction.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/policy/guest.h"

namespace prumo::policy {
namespace {

TEST(Prediction, OfAnIdleGuestCopiesItsImageOnceWhateverTheMethod) {
  for (const Method method : {Method::kPreCopy, Method::kStopAndCopy, Method::kPostCopy}) {
    const Prediction p = predict(method, guest(1000, 0, 100));
    EXPECT_NEAR(seconds(p.total), 10.02, 1e-6);
    EXPECT_DOUBLE_EQ(p.copied_mib, 1000);
    EXPECT_TRUE(p.converges);
  }
}

TEST(Prediction, OfPreCopyIsTheGeometricSeries) {
  const Prediction p = predict(Method::kPreCopy, guest(1000, 50, 100));
  // 1000, 500, 250, 125, 62.5 while it runs; the rest of 31.25 is below 0.3 s · 100 MiB/s only at
  // 15.625.
  EXPECT_EQ(p.passes, 6U);
  EXPECT_NEAR(p.copied_mib, 1000 * (1 - std::pow(0.5, 7)) / (1 - 0.5), 1e-9);
  EXPECT_NEAR(seconds(p.downtime), 0.15625 + 0.02, 1e-6);
  EXPECT_NEAR(seconds(p.total), p.copied_mib / 100 + 0.02, 1e-6);
}

TEST(Prediction, DowntimeOfStopAndCopyGrowsWithMemoryAndThatOfPreCopyDoesNot) {
  for (const double image : {256.0, 512.0, 1024.0}) {
    const Transfer t = guest(image, 1, 12);
    EXPECT_NEAR(seconds(predict(Method::kStopAndCopy, t).downtime), image / 12 + 0.02, 1e-6);
    EXPECT_LE(seconds(predict(Method::kPreCopy, t).downtime), 0.32);
    EXPECT_EQ(predict(Method::kPostCopy, t).downtime, t.switch_over);
  }
}

TEST(Prediction, WhatTheGuestWritesLengthensPreCopyAlone) {
  EXPECT_LT(predict(Method::kPreCopy, guest(1000, 10, 100)).total,
            predict(Method::kPreCopy, guest(1000, 60, 100)).total);
  EXPECT_EQ(predict(Method::kStopAndCopy, guest(1000, 10, 100)).total,
            predict(Method::kStopAndCopy, guest(1000, 60, 100)).total);
}

TEST(Prediction, DoesNotConvergeWhenTheGuestWritesAsFastAsTheLinkCopies) {
  for (const double dirty : {100.0, 200.0}) {
    const Prediction p = predict(Method::kPreCopy, guest(1000, dirty, 100));
    EXPECT_FALSE(p.converges);
    EXPECT_EQ(p.passes, 30U);
    EXPECT_NEAR(seconds(p.downtime), 10.02, 1e-6);
    EXPECT_NEAR(seconds(p.total), 310.02, 1e-5);
  }
}

TEST(Prediction, OfASmallGuestConvergesHoweverMuchItWrites) {
  const Prediction p = predict(Method::kPreCopy, guest(20, 1000, 100));
  EXPECT_TRUE(p.converges);
  EXPECT_EQ(p.passes, 1U);
  EXPECT_NEAR(seconds(p.downtime), 0.22, 1e-6);
}

TEST(Prediction, OfNothingTakesOnlyTheSwitch) {
  const Prediction p = predict(Method::kPreCopy, guest(0, 5, 100));
  EXPECT_NEAR(seconds(p.total), 0.02, 1e-6);
  EXPECT_TRUE(p.converges);
}

TEST(Prediction, StaysFiniteOnAHopelessLink) {
  EXPECT_LE(seconds(predict(Method::kPreCopy, guest(1e9, 1, 1e-9)).total), 1e9);
}

}  // namespace
}  // namespace prumo::policy
