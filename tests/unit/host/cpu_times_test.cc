#include "src/host/cpu_times.h"

#include <gtest/gtest.h>

namespace prumo::host {
namespace {

CpuTimes times(const char* text) { return *parse_cpu_times(text); }

TEST(CpuTimes, CountOnlineCpus) {
  EXPECT_EQ(
      times("cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 1 1 1\ncpu3 1 1 1 1\nintr 7\ncpufreq 1\n").cpus, 2U);
}

TEST(CpuTimes, NeitherIdlingNorWaitingForADiskIsBusy) {
  EXPECT_DOUBLE_EQ(
      busy_share(times("cpu 0 0 0 0 0 0 0 0 0 0"), times("cpu 20 0 10 60 10 0 0 0 0 0")), 0.3);
}

TEST(CpuTimes, AGuestsTimeIsNotCountedTwice) {
  EXPECT_DOUBLE_EQ(
      busy_share(times("cpu 0 0 0 0 0 0 0 0 0 0"), times("cpu 50 0 0 50 0 0 0 0 50 0")), 0.5);
}

TEST(CpuTimes, ACounterThatWentBackHasNotMoved) {
  EXPECT_DOUBLE_EQ(busy_share(times("cpu 100 0 0 100 50"), times("cpu 110 0 0 130 10")), 0.25);
  EXPECT_DOUBLE_EQ(busy_share(times("cpu 900 0 0 100"), times("cpu 10 0 0 200")), 0);
}

TEST(CpuTimes, SayNothingWhenNoTimePassed) {
  EXPECT_LT(busy_share(times("cpu 1 2 3 4"), times("cpu 1 2 3 4")), 0);
}

TEST(CpuTimes, AcceptTheShortLineOfAnOldKernel) { EXPECT_EQ(times("cpu 1 2 3 4\n").ticks[3], 4U); }

TEST(CpuTimes, RefuseAFileWithoutThem) {
  for (const char* text :
       {"", "intr 1\n", "cpu\n", "cpu 1 2 3\n", "cpu 1 2 x 4\n", "cpu -1 2 3 4\n", "cpu0 1 2 3 4\n",
        "cpu 99999999999999999999999 1 1 1\n"})
    EXPECT_FALSE(parse_cpu_times(text)) << text;
}

}  // namespace
}  // namespace prumo::host
