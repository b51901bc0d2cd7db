#include "src/hypervisor/vm_usage.h"

#include <gtest/gtest.h>

namespace prumo::hypervisor {
namespace {

TEST(VmUsage, IsTheDifferenceOverTheTime) {
  const Resources usage =
      usage_of({10, 1'000'000'000, 0, 0}, {12, 4'000'000'000, 1'000'000, 500'000},
               {1024, 1024, 800, {}, false});
  EXPECT_DOUBLE_EQ(usage.cpu, 1.5);
  EXPECT_DOUBLE_EQ(usage.memory, 800);
  EXPECT_DOUBLE_EQ(usage.network, 4);
}

TEST(VmUsage, OfCountersThatBeganAnewIsNothing) {
  const Resources usage = usage_of({10, 900, 900, 900}, {12, 5, 5, 5}, {});
  EXPECT_EQ(usage, Resources{});
}

TEST(VmUsage, AtTheFirstLookIsMemoryOnly) {
  const VmCounters now{10, 900, 900, 900};
  EXPECT_EQ(usage_of(now, now, {1024, 1024, 300, {}, false}), (Resources{0, 300, 0}));
}

TEST(VmMemoryUsage, IsAtLeastWhatTheGuestUses) {
  EXPECT_DOUBLE_EQ(memory_usage_of({1024, 1000, 300, 200, false}), 800);
  EXPECT_DOUBLE_EQ(memory_usage_of({1024, 1000, 1100, 200, false}), 1100);
  EXPECT_DOUBLE_EQ(memory_usage_of({1024, 1000, 300, 5000, false}), 300);
}

TEST(VmMemoryUsage, OnHugePagesIsAllOfIt) {
  EXPECT_DOUBLE_EQ(memory_usage_of({1024, 1000, 60, 500, true}), 1000);
}

TEST(VmMemoryUsage, IsTheWholeWhereNothingIsKnown) {
  EXPECT_DOUBLE_EQ(memory_usage_of({1024, 1000, {}, {}, false}), 1000);
}

TEST(VmImage, IsAtMostTheConfiguredMemory) {
  EXPECT_DOUBLE_EQ(image_of({128, 128, 190, {}, false}), 128);
  EXPECT_DOUBLE_EQ(image_of({1024, 1024, 190, {}, false}), 190);
}

}  // namespace
}  // namespace prumo::hypervisor
