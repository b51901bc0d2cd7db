#include "config/duration.h"

#include <gtest/gtest.h>

#include "src/core/random.h"

namespace prumo::config {
namespace {

TEST(Durations, AreANumberAndAUnit) {
  EXPECT_EQ(parse_duration("200ms"), 200ms);
  EXPECT_EQ(parse_duration("5s"), 5s);
  EXPECT_EQ(parse_duration("2min"), 2min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("3d"), 72h);
  EXPECT_EQ(parse_duration("7us"), Duration(7));
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("2 min"), 2min);
  EXPECT_EQ(parse_duration("0"), Duration(0));
}

TEST(Durations, AreNothingElse) {
  for (const char* text : {"", "5", "s", "-5s", "+5s", "5m", "5S", "5s ", "5ss", "1e3s", "nan s",
                           "infs", "0x5s", "5,5s", "400d", "99999999999999999999h"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Durations, AreShownShort) {
  EXPECT_EQ(to_text(900ms), "900ms");
  EXPECT_EQ(to_text(2200ms), "2.2s");
  EXPECT_EQ(to_text(1s), "1s");
  EXPECT_EQ(to_text(90s), "90s");
  EXPECT_EQ(to_text(120s), "2min");
  EXPECT_EQ(to_text(1h), "1h");
  EXPECT_EQ(to_text(24h), "1d");
  EXPECT_EQ(to_text(Duration(0)), "0s");
  EXPECT_EQ(to_text(Duration(1500)), "1500us");
}

TEST(Durations, ComeBackFromTheirText) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const Duration d(static_cast<std::int64_t>(random.below(std::uint64_t{1} << random.below(44))));
    EXPECT_EQ(parse_duration(to_text(d)), d) << to_text(d);
  }
}

}  // namespace
}  // namespace prumo::config
