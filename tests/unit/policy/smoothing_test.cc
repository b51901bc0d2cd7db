#include "policy/smoothing.h"

#include <gtest/gtest.h>

namespace prumo::policy {
namespace {

TEST(Smoother, TakesTheFirstSampleAsItIs) {
  Smoother s(0.6);
  EXPECT_EQ(s.samples(), 0U);
  EXPECT_EQ(s.step({8, 1024, 10}), (Resources{8, 1024, 10}));
  EXPECT_EQ(s.samples(), 1U);
}

TEST(Smoother, WeighsTheNewestSampleByMuForEachResource) {
  Smoother s(0.6);
  s.step({10, 100, 0});
  const Resources r = s.step({20, 50, 10});
  EXPECT_NEAR(r.cpu, 16, 1e-12);
  EXPECT_NEAR(r.memory, 70, 1e-12);
  EXPECT_NEAR(r.network, 6, 1e-12);
  EXPECT_EQ(s.value(), r);
}

TEST(Smoother, SettlesInThreeSamplesAtTheDefault) { EXPECT_EQ(settle_samples(0.6), 3U); }

TEST(Smoother, HasNinetyPercentOfAStepAfterSettlingAndNotBefore) {
  for (const double mu : {0.05, 0.2, 0.4, 0.5, 0.6, 0.8, 0.9, 0.95}) {
    Smoother s(mu);
    s.step({0, 0, 0});
    const std::uint32_t samples = settle_samples(mu);
    for (std::uint32_t i = 1; i <= samples; ++i) {
      const double value = s.step({1, 1, 1}).cpu;
      EXPECT_EQ(value >= 0.9 - 1e-9, i == samples) << "mu " << mu << ", sample " << i;
    }
  }
}

TEST(Smoother, BoundsTheSettlingOfATinyMu) { EXPECT_EQ(settle_samples(1e-12), 10'000U); }

}  // namespace
}  // namespace prumo::policy
