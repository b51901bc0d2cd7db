#include "election/parameters.h"

#include <gtest/gtest.h>

#include <limits>

namespace prumo::election {
namespace {

TEST(Parameters, AreConsistentAsTheyCome) {
  EXPECT_EQ(contradiction(Parameters{}), "");
  EXPECT_EQ(contradiction(fast()), "");
  for (const std::size_t members : {1U, 200U, 201U, 400U, 1000U}) {
    EXPECT_EQ(contradiction(scaled(Parameters{}, members)), "") << members;
    EXPECT_EQ(contradiction(scaled(fast(), members)), "") << members;
  }
}

TEST(Parameters, NameTheFirstContradiction) {
  const auto said = [](auto change) {
    Parameters p;
    change(p);
    return contradiction(p);
  };
  EXPECT_NE(said([](Parameters& p) { p.promise = 989ms; }).find("promise"), std::string::npos);
  EXPECT_EQ(said([](Parameters& p) { p.promise = 990ms; }), "");
  EXPECT_NE(said([](Parameters& p) { p.heartbeat = 450ms; }).find("heartbeats"), std::string::npos);
  EXPECT_NE(said([](Parameters& p) { p.heartbeat = Duration(0); }), "");
  EXPECT_NE(said([](Parameters& p) { p.heartbeat = -200ms; }), "");
  EXPECT_NE(said([](Parameters& p) { p.drift = -0.1; }), "");
  EXPECT_NE(said([](Parameters& p) { p.drift = std::numeric_limits<double>::quiet_NaN(); }), "");
  EXPECT_NE(said([](Parameters& p) { p.stagger = Duration(0); }), "");
  EXPECT_NE(said([](Parameters& p) { p.ok_wait = 2s; }), "");
  EXPECT_NE(said([](Parameters& p) { p.claim_retry = 800ms; }), "");
  EXPECT_NE(said([](Parameters& p) { p.claim_timeout = 900ms; }), "");
  EXPECT_NE(said([](Parameters& p) { p.takeover_delay = 10ms; }), "");
  EXPECT_NE(said([](Parameters& p) { p.takeover_most = 10s; }), "");
  EXPECT_NE(said([](Parameters& p) { p.hears_window = 1s; }), "");
}

TEST(Parameters, GrowInProportionAboveTwoHundredMembers) {
  const Parameters p = scaled(Parameters{}, 400);
  EXPECT_EQ(p.heartbeat, 400ms);
  EXPECT_EQ(p.lease, 1800ms);
  EXPECT_EQ(p.promise, 2000ms);
  EXPECT_EQ(p.stagger, 200ms);
  EXPECT_EQ(p.takeover_delay, 30s);
  EXPECT_EQ(scaled(Parameters{}, 200).promise, 1000ms);
}

TEST(Parameters, HearForLongerTheMoreMembersThereAre) {
  Parameters slow;
  slow.hears_window = 30s;  // gossip has a period of 10 s
  EXPECT_EQ(scaled(slow, 12).hears_window, 30s);
  EXPECT_EQ(scaled(slow, 100).hears_window, 250s);
  EXPECT_EQ(scaled(Parameters{}, 100).hears_window, 25s);
  slow.hears_window = 1200ms;
  EXPECT_EQ(scaled(slow, 100).hears_window, 25s);
}

}  // namespace
}  // namespace prumo::election
