#include "src/hypervisor/load_pattern.h"

#include <gtest/gtest.h>

namespace prumo::hypervisor {
namespace {

TEST(LoadPattern, OfOneNumberIsConstant) {
  const auto pattern = LoadPattern::parse(" 1.5 ");
  ASSERT_TRUE(pattern);
  EXPECT_DOUBLE_EQ(pattern->at(-10), 1.5);
  EXPECT_DOUBLE_EQ(pattern->at(1e9), 1.5);
}

TEST(LoadPattern, ChangesAtTheSecondsItNames) {
  const auto pattern = LoadPattern::parse("0.5@0 3.0@20 1@60");
  ASSERT_TRUE(pattern);
  EXPECT_DOUBLE_EQ(pattern->at(-1), 0.5);
  EXPECT_DOUBLE_EQ(pattern->at(19.9), 0.5);
  EXPECT_DOUBLE_EQ(pattern->at(20), 3.0);
  EXPECT_DOUBLE_EQ(pattern->at(1000), 1.0);
}

TEST(LoadPattern, ReadsBackWhatItWrites) {
  for (const char* text : {"0", "2.25", "0.5@0 3@20", "7@5"}) {
    const auto pattern = LoadPattern::parse(text);
    ASSERT_TRUE(pattern) << text;
    EXPECT_EQ(pattern->text(), text);
    EXPECT_EQ(*LoadPattern::parse(pattern->text()), *pattern);
  }
}

TEST(LoadPattern, RefusesWhatIsNoLoad) {
  for (const char* text : {"", "  ", "x", "1x", "-1", "nan", "inf", "1e999", "1 2", "1@", "@1",
                           "1@5 2@5", "1@5 2@4", "1 2@3", "1@0 2", "1@-3", "-0@0"})
    EXPECT_FALSE(LoadPattern::parse(text)) << text;
}

TEST(LoadPattern, HasABound) {
  std::string text;
  for (int i = 0; i < 1001; ++i) text += "1@" + std::to_string(i) + " ";
  EXPECT_FALSE(LoadPattern::parse(text));
}

}  // namespace
}  // namespace prumo::hypervisor
