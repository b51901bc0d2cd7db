#include "policy/sanity_gate.h"

#include <gtest/gtest.h>

#include <limits>

namespace prumo::policy {
namespace {

constexpr Resources kCapacity{4, 1000, 100};

/// A gate that has seen a good sample each second, each a little different.
struct Gated : ::testing::Test {
  Gated() { good(5); }
  void good(int times) {
    for (int i = 0; i < times; ++i) look({1 + 0.001 * (now += 1), 100, 1});
  }
  bool look(const Resources& usage, const std::vector<Resources>& vms = {}) {
    return gate.look(std::chrono::seconds(now), 1s, usage, kCapacity, vms);
  }
  SanityGate gate;
  int now = 0;
};

TEST_F(Gated, BelievesWhatIsPossible) {
  EXPECT_EQ(gate.why(), "");
  ++now;
  EXPECT_TRUE(look({4.3, 1000, 0}, {{2, 500, 0}, {2, 500, 0}})) << "a tenth above is measuring";
  EXPECT_EQ(gate.why(), "");
}

TEST_F(Gated, RefusesWhatIsNot) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Resources& bad : {Resources{nan, 1, 1}, Resources{-1, 1, 1}, Resources{5, 1, 1},
                               Resources{1, 1200, 1}, Resources{1, 1, 200}}) {
    ++now;
    EXPECT_FALSE(look(bad));
    EXPECT_NE(gate.why(), "");
  }
  ++now;
  EXPECT_FALSE(look({1, 100, 0}, {{40, 1, 0}}));
  EXPECT_EQ(gate.why(), "frozen: a VM's cpu is 40.0 cores of 4.0 cores");
  ++now;
  EXPECT_FALSE(look({1, 100, 0}, {{1, 1, 0}, {1, 1, 0}}));
  EXPECT_EQ(gate.why(), "frozen: its VMs use 2.0 cores of cpu, the whole host 1.0 cores");
}

TEST_F(Gated, ThawsAfterThreeGoodSamples) {
  ++now;
  look({99, 1, 1});
  good(2);
  EXPECT_NE(gate.why(), "");
  good(1);
  EXPECT_EQ(gate.why(), "");
}

TEST_F(Gated, TwoOfThreeSamplesConfirmAnOverload) {
  ++now;
  look({3.9, 1, 1});
  EXPECT_FALSE(gate.confirmed(0.9));
  good(1);
  ++now;
  look({3.9, 1, 1});
  EXPECT_TRUE(gate.confirmed(0.9));
  good(1);
  EXPECT_FALSE(gate.confirmed(0.9));
}

TEST_F(Gated, AnIdleHostIsNotStuck) {
  for (int i = 0; i < 20; ++i, ++now) look({0, 100, 0});
  EXPECT_EQ(gate.why(), "");
  for (int i = 0; i < 12; ++i, ++now) look({1, 100, 0});
  EXPECT_NE(gate.why(), "");
}

}  // namespace
}  // namespace prumo::policy
