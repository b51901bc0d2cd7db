#include "policy/forecast.h"

#include <gtest/gtest.h>

#include <cmath>

#include "policy/method_choice.h"

namespace prumo::policy {
namespace {

Manner manner(MethodWish wish, double bandwidth, std::optional<double> dirty) {
  Manner m;
  m.method = wish;
  m.bandwidth_mib_s = bandwidth;
  m.dirty_mib_s = dirty;
  return m;
}

TEST(Forecast, IsWhatTheMethodChoicePredicts) {
  const auto found = forecast(manner(MethodWish::kAuto, 100, 10), 1000, 1024);
  ASSERT_TRUE(found);
  MigrationSettings settings;
  settings.method = MethodWish::kAuto;
  Transfer transfer;
  transfer.image_mib = 1000;
  transfer.bandwidth_mib_s = 100;
  transfer.dirty_mib_s = 10;
  const auto choice = choose_method(settings, 1024, transfer);
  ASSERT_TRUE(choice);
  EXPECT_EQ(found->method, choice->method);
  EXPECT_EQ(found->total, choice->prediction.total);
  EXPECT_EQ(found->downtime, choice->prediction.downtime);
  EXPECT_EQ(found->copied_mib, choice->prediction.copied_mib);
}

TEST(Forecast, SaysWhichLimitsNoMethodKeeps) {
  Manner m = manner(MethodWish::kAuto, 100, 200);
  m.max_downtime = 100ms;
  const auto none = forecast(m, 1000, 1024);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message,
            "no method keeps within its limits: pre-copy does not converge, stop-and-copy downtime "
            "10.0 s > 120 ms");
}

TEST(Forecast, TakesALimitBeforeTheLink) {
  MigrationSettings settings;
  EXPECT_EQ(manner_of(settings, 119, {}).bandwidth_mib_s, 119);
  settings.bandwidth_mib_s = 40;
  EXPECT_EQ(manner_of(settings, 119, {}).bandwidth_mib_s, 40);
}

TEST(Forecast, IsWordedWithUnitsAndWithWhatIsNotKnown) {
  const auto measured = forecast(manner(MethodWish::kPreCopy, 100, 10), 1000, 1024);
  ASSERT_TRUE(measured);
  EXPECT_EQ(in_words(*measured), "pre-copy in 11.1 s, downtime 120 ms, 1110 MiB; writes 10 MiB/s");
  const auto blind = forecast(manner(MethodWish::kPreCopy, 100, {}), 100, 1024);
  ASSERT_TRUE(blind);
  EXPECT_EQ(in_words(*blind),
            "pre-copy in 1.0 s, downtime 20 ms, 100 MiB; what it writes was not measured");
  const auto endless = forecast(manner(MethodWish::kPreCopy, 100, 200), 1000, 1024);
  ASSERT_TRUE(endless);
  EXPECT_NE(in_words(*endless).find("does not converge"), std::string::npos);
}

TEST(Forecast, BearsAnyNumbersThatAnotherHostReports) {
  for (const double odd : {0.0, 1.0, 1e15})
    for (const double other : {0.0, 1.0, 1e15})
      for (const MethodWish wish : {MethodWish::kPreCopy, MethodWish::kStopAndCopy,
                                    MethodWish::kPostCopy, MethodWish::kAuto}) {
        const auto found = forecast(manner(wish, odd, other), other, odd);
        const Forecast f = found.value_or(Forecast{});
        EXPECT_GE(f.total, f.downtime);
        EXPECT_LE(f.total, 1'000'000'000s);
        EXPECT_TRUE(std::isfinite(f.copied_mib));
      }
}

}  // namespace
}  // namespace prumo::policy
