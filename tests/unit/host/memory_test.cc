#include "src/host/memory.h"

#include <gtest/gtest.h>

namespace prumo::host {
namespace {

TEST(Memory, UsedIsWhatIsNotAvailable) {
  const auto memory =
      parse_memory("MemTotal: 2048000 kB\nMemFree: 1 kB\nMemAvailable: 1024000 kB\n");
  ASSERT_TRUE(memory);
  EXPECT_DOUBLE_EQ(memory->total, 2000);
  EXPECT_DOUBLE_EQ(memory->used, 1000);
  EXPECT_DOUBLE_EQ(memory->available, 1000);
}

TEST(Memory, UnusedHugePagesAreNotUsed) {
  const auto memory = parse_memory(
      "MemTotal: 10240000 kB\nMemAvailable: 1024000 kB\nHugePages_Total: 4000\nHugePages_Free: "
      "1000\n"
      "HugePages_Rsvd: 100\nHugepagesize: 2048 kB\n");
  ASSERT_TRUE(memory);
  EXPECT_DOUBLE_EQ(memory->used, 10000 - 1000 - 1800);
  EXPECT_DOUBLE_EQ(memory->available, 1800);
}

TEST(Memory, ASmallPoolOfHugePagesIsNotWhereVmsGo) {
  const auto memory = parse_memory(
      "MemTotal: 10240000 kB\nMemAvailable: 5120000 kB\nHugePages_Total: 100\nHugePages_Free: 100\n"
      "Hugepagesize: 2048 kB\n");
  ASSERT_TRUE(memory);
  EXPECT_DOUBLE_EQ(memory->used, 10000 - 5000 - 200);
  EXPECT_DOUBLE_EQ(memory->available, 5000);
}

TEST(Memory, StaysWithinTheHost) {
  const auto memory = parse_memory("MemTotal: 1024 kB\nMemAvailable: 4096 kB\n");
  ASSERT_TRUE(memory);
  EXPECT_DOUBLE_EQ(memory->used, 0);
  EXPECT_DOUBLE_EQ(memory->available, 1);
}

TEST(Memory, NamesWhatIsMissing) {
  EXPECT_NE(parse_memory("MemTotal: 5 kB\n").error().message.find("MemAvailable"),
            std::string::npos);
  EXPECT_NE(parse_memory("").error().message.find("MemTotal"), std::string::npos);
  EXPECT_FALSE(parse_memory("MemTotal: 0 kB\nMemAvailable: 0 kB\n"));
  EXPECT_FALSE(parse_memory("MemTotal: lots kB\nMemAvailable: 0 kB\n"));
}

}  // namespace
}  // namespace prumo::host
