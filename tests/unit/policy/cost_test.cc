#include "policy/cost.h"

#include <gtest/gtest.h>

#include "policy/overload.h"

namespace prumo::policy {
namespace {

Utilisation util(double cpu, double memory, double network) {
  return utilisation_of(Resources{cpu, memory, network}, Resources{1, 1, 1});
}

TEST(Utilisation, IsUsageByCapacityInWholeMillionths) {
  EXPECT_EQ(utilisation_of(1, 3).value, 333'333);
  EXPECT_EQ(utilisation_of(2, 3).value, 666'667);
}

TEST(Utilisation, OfNothingIsZeroEvenWithoutCapacity) { EXPECT_EQ(utilisation_of(0, 0).value, 0); }

TEST(Utilisation, OfSomethingWithoutCapacityIsBeyondEverything) {
  EXPECT_EQ(utilisation_of(0.001, 0), kBeyond);
  EXPECT_EQ(utilisation_of(1e12, 1e-300), kBeyond);
}

TEST(Utilisation, OfFiftyFiveAndThirtyHundredthsDoesNotExceedEightyFive) {
  // 0.55 + 0.30 is above 0.85 in floating point.
  ASSERT_GT(0.55 + 0.30, 0.85);
  EXPECT_TRUE(at_most(with(util(0.55, 0, 0), util(0.30, 0, 0)), Micro::of(0.85)));
}

TEST(Utilisation, NeverFallsBelowZeroWhenAVmLeaves) {
  EXPECT_EQ(without(util(0.1, 0.5, 0), util(0.2, 0.1, 0.1)), util(0, 0.4, 0));
}

TEST(Utilisation, StaysBeyondWhateverLeavesAndHoweverMuchIsAdded) {
  Utilisation beyond;
  beyond.cpu = kBeyond;
  EXPECT_EQ(without(beyond, beyond).cpu, kBeyond);
  EXPECT_EQ(with(beyond, beyond).cpu, kBeyond);
}

TEST(Volume, IsOneForAnIdleVm) { EXPECT_EQ(volume_of({}).value, 1'000'000); }

TEST(Volume, ClampsUtilisationsToNinetyNineHundredths) {
  EXPECT_EQ(volume_of(util(0.99, 0, 0)).value, 100'000'000);
  EXPECT_EQ(volume_of(util(1.0, 0, 0)).value, 100'000'000);
  EXPECT_EQ(volume_of(util(7.5, 3, 99)).value, 1'000'000'000'000);
}

TEST(Cost, OfNoImageIsZero) { EXPECT_EQ(cost_of(util(0.5, 0.5, 0.5), 0, 0.4, 0.6).value, 0); }

TEST(Cost, WeighsVolumeByAlphaAndImageByBeta) {
  EXPECT_NEAR(cost_of(util(0.75, 0, 0), 32, 0.5, 0.5).as_double(), 11.313708, 1e-6);
  EXPECT_NEAR(cost_of(util(0.75, 0, 0), 32, 0.0, 1.0).as_double(), 32, 1e-6);
}

TEST(Overload, IsStrictlyAboveTheLimitOnAnyResource) {
  const Micro limit = Micro::of(0.90);
  EXPECT_FALSE(overloaded(util(0.90, 0.90, 0.90), limit));
  EXPECT_TRUE(overloaded(util(0.900001, 0, 0), limit));
  EXPECT_TRUE(overloaded(util(0, 0.91, 0), limit));
  EXPECT_TRUE(overloaded(util(0, 0, 0.91), limit));
}

TEST(Overload, NamesTheResourcesWorstFirst) {
  EXPECT_EQ(overload_text(util(0.934, 0, 0.951), Micro::of(0.90)),
            "network 0.951 > 0.900, cpu 0.934 > 0.900");
  EXPECT_EQ(overload_text(util(0.9, 0.1, 0.1), Micro::of(0.90)), "");
}

TEST(Overload, ShowsMoreDigitsWhereThreeWouldHideTheDifference) {
  EXPECT_EQ(overload_text(util(0.9001, 0, 0), Micro::of(0.90)), "cpu 0.900100 > 0.900000");
}

}  // namespace
}  // namespace prumo::policy
