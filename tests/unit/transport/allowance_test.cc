#include "src/transport/allowance.h"

#include <gtest/gtest.h>

namespace prumo::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr Allowance::Price kPrice{milliseconds{2}, nanoseconds{100}, seconds{1}};
const Allowance::Clock::time_point kStart{std::chrono::hours{1}};

int taken(Allowance& allowance, int tries, std::size_t bytes, Allowance::Clock::time_point now) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += allowance.take(kPrice, bytes, now) ? 1 : 0;
  return count;
}

TEST(Allowance, GivesABurstAndThenTheRate) {
  Allowance allowance;
  EXPECT_EQ(taken(allowance, 10'000, 0, kStart), 500);
  EXPECT_EQ(taken(allowance, 10'000, 0, kStart + milliseconds{100}), 50);
  EXPECT_EQ(taken(allowance, 10'000, 0, kStart + seconds{60}), 500)
      << "no more than a burst is saved";
}

TEST(Allowance, ChargesForBytesToo) {
  Allowance allowance;
  EXPECT_EQ(taken(allowance, 100, 1'000'000, kStart), 9);
}

TEST(Allowance, ChargesNothingForWhatIsRefused) {
  Allowance allowance;
  EXPECT_FALSE(allowance.take(kPrice, 100'000'000, kStart));
  EXPECT_TRUE(allowance.take(kPrice, 10, kStart));
}

}  // namespace
}  // namespace prumo::transport
