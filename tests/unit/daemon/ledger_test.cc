#include "src/daemon/ledger.h"

#include <gtest/gtest.h>

namespace prumo::daemon {
namespace {

TEST(Ledger, CountsAndIsWorthALineOnceAnHour) {
  Ledger ledger;
  EXPECT_TRUE(ledger.add(Instant{1s}, "h2", "noise", 1));
  EXPECT_FALSE(ledger.add(Instant{2s}, "h2", "noise", 41));
  EXPECT_TRUE(ledger.add(Instant{2s}, "h3", "noise", 1));
  EXPECT_TRUE(ledger.add(Instant{2s + 1h}, "h2", "noise", 1));
  const auto shown = ledger.to_json(Instant{5s + 1h});
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0],
            nlohmann::json({{"who", "h2"}, {"what", "noise"}, {"times", 43}, {"ago_s", 3.0}}));
}

TEST(Ledger, CountsStrangersTogetherOnceThereAreTooMany) {
  Ledger ledger;
  for (int i = 0; i < 10'000; ++i)
    (void)ledger.add(Instant{1s}, "address " + std::to_string(i), "noise", 1);
  const auto shown = ledger.to_json(Instant{1s});
  EXPECT_EQ(shown.size(), Ledger::kMost + 1);
  const auto others = std::find_if(shown.begin(), shown.end(),
                                   [](const auto& entry) { return entry["who"] == "others"; });
  ASSERT_NE(others, shown.end());
  EXPECT_EQ((*others)["times"], 10'000 - Ledger::kMost);
}

}  // namespace
}  // namespace prumo::daemon
