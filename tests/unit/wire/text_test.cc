#include "src/wire/text.h"

#include <gtest/gtest.h>

#include "src/wire/cluster_id.h"

namespace prumo::wire {
namespace {

TEST(Text, IsCleanWithoutControlCharacters) {
  EXPECT_TRUE(is_clean("", Lines::kOne));
  EXPECT_TRUE(is_clean("h1.example", Lines::kOne));
  EXPECT_TRUE(is_clean("não é €5 𝄞", Lines::kOne));
  EXPECT_FALSE(is_clean("a\nb", Lines::kOne));
  EXPECT_FALSE(is_clean(std::string_view("a\0b", 3), Lines::kOne));
  EXPECT_FALSE(is_clean("\x1B[2J", Lines::kMany));
  EXPECT_FALSE(is_clean("\x7F", Lines::kMany));
  EXPECT_FALSE(
      is_clean("\xC2\x9B"
               "2J",
               Lines::kMany))
      << "one-character CSI";
}

TEST(Text, OfManyLinesMayHoldLineBreaksAndTabs) {
  EXPECT_TRUE(is_clean("a\n\tb", Lines::kMany));
  EXPECT_FALSE(is_clean("a\rb", Lines::kMany));
}

TEST(Text, IsCleanOnlyAsValidUtf8) {
  for (const char* bad :
       {"\x80", "\xC3", "\xC0\xAF", "\xC1\x81", "\xE0\x80\xAF", "\xE2\x82", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
    EXPECT_FALSE(is_clean(bad, Lines::kMany)) << bad;
}

TEST(Text, IsCleanedByteByByteAndCutBetweenCharacters) {
  EXPECT_EQ(cleaned("ok", 10, Lines::kOne), "ok");
  EXPECT_EQ(cleaned("a\xFF\nb", 10, Lines::kOne), "a??b");
  EXPECT_EQ(cleaned("a\nb", 10, Lines::kMany), "a\nb");
  EXPECT_EQ(cleaned("€€", 5, Lines::kOne), "€");
  EXPECT_EQ(cleaned("abc", 0, Lines::kOne), "");
}

TEST(ClusterIdText, IsThirtyTwoHexadecimalDigitsBothWays) {
  const std::string text = "0123456789abcdef00ff10203040a0b0";
  const auto id = parse_cluster_id(text);
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ((*id)[0], 0x01);
  EXPECT_EQ((*id)[15], 0xB0);
  EXPECT_EQ(to_text(*id), text);
  EXPECT_EQ(parse_cluster_id("0123456789ABCDEF00FF10203040A0B0").value(), *id);
}

TEST(ClusterIdText, OfAnotherLengthOrAlphabetIsRefused) {
  EXPECT_FALSE(parse_cluster_id("").has_value());
  EXPECT_FALSE(parse_cluster_id(std::string(31, '0')).has_value());
  EXPECT_FALSE(parse_cluster_id(std::string(33, '0')).has_value());
  EXPECT_FALSE(parse_cluster_id(std::string(31, '0') + "g").has_value());
  EXPECT_FALSE(parse_cluster_id(std::string(30, '0') + "-1").has_value());
}

}  // namespace
}  // namespace prumo::wire
