#include "policy/method_choice.h"

#include <gtest/gtest.h>

#include "tests/unit/policy/guest.h"

namespace prumo::policy {
namespace {

MigrationSettings automatic() {
  MigrationSettings s;
  s.method = MethodWish::kAuto;
  return s;
}

TEST(MethodChoice, ObeysAWishWhateverItCosts) {
  MigrationSettings s;
  s.method = MethodWish::kStopAndCopy;
  const auto choice = choose_method(s, 1024, guest(1000, 0, 100));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->method, Method::kStopAndCopy);
  EXPECT_NEAR(choice->lost_seconds, 10.02, 1e-6);
}

TEST(MethodChoice, RefusesPostCopyUnlessItIsAllowed) {
  MigrationSettings s;
  s.method = MethodWish::kPostCopy;
  const auto refused = choose_method(s, 1024, guest(1000, 0, 100));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("allow_post_copy"), std::string::npos);
  s.allow_post_copy = true;
  EXPECT_TRUE(choose_method(s, 1024, guest(1000, 0, 100)));
}

TEST(MethodChoice, AutoTakesPreCopyForAGuestThatWritesLittle) {
  const auto choice = choose_method(automatic(), 1024, guest(1000, 10, 100));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->method, Method::kPreCopy);
  EXPECT_TRUE(choice->prediction.converges);
}

TEST(MethodChoice, AutoTakesPreCopyWhereItLastsLittleLongerThanPostCopy) {
  MigrationSettings s = automatic();
  s.allow_post_copy = true;
  const auto choice = choose_method(s, 1024, guest(1000, 30, 100));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->method, Method::kPreCopy);
}

TEST(MethodChoice, AutoStopsAGuestThatMayBeStoppedForSoLongAndWritesMuch) {
  MigrationSettings s = automatic();
  s.max_downtime = 15s;
  // Pre-copy would stop it for as long, after a first pass for nothing.
  const auto choice = choose_method(s, 1024, guest(1000, 100, 100));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->method, Method::kStopAndCopy);
}

TEST(MethodChoice, AutoTakesPostCopyWhereNothingElseKeepsTheDowntime) {
  MigrationSettings s = automatic();
  const auto none = choose_method(s, 1024, guest(1000, 200, 100));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message,
            "no method keeps within its limits: pre-copy does not converge, stop-and-copy downtime "
            "10.0 s > 520 ms");
  s.allow_post_copy = true;
  const auto choice = choose_method(s, 1024, guest(1000, 200, 100));
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->method, Method::kPostCopy);
}

TEST(MethodChoice, AutoKeepsTheDeadline) {
  MigrationSettings s = automatic();
  s.deadline = 15s;
  const auto none = choose_method(s, 1024, guest(1000, 50, 100));
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("pre-copy total 19.7 s > 15.0 s"), std::string::npos)
      << none.error().message;
}

TEST(MigrationSettings, DeadlineAndStallGrowWithTheVm) {
  MigrationSettings s;
  EXPECT_EQ(effective_deadline(s, 0), 2min);
  EXPECT_EQ(effective_deadline(s, 1024), 2min + 256s);
  EXPECT_GT(effective_deadline(s, 1e300), Duration::zero());
  s.deadline = 7s;
  EXPECT_EQ(effective_deadline(s, 1024), 7s);
  EXPECT_EQ(effective_stall(s, 100), 150s);
  EXPECT_EQ(effective_stall(s, 2048), 300s);
}

}  // namespace
}  // namespace prumo::policy
