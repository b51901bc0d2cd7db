#include "gossip/order.h"

#include <gtest/gtest.h>

namespace prumo::gossip {
namespace {

DigestEntry report(Incarnation incarnation, Standing standing, std::uint64_t version) {
  return {HostId("a"), incarnation, standing, Version{version}};
}

TEST(GossipOrder, JudgesStandingAndSummaryApart) {
  struct Case {
    DigestEntry offer;
    DigestEntry have;
    bool standing;
    bool summary;
  };
  const Case cases[] = {
      {report({1, 0}, Standing::kAlive, 5), report({1, 0}, Standing::kAlive, 5), false, false},
      {report({1, 0}, Standing::kSuspect, 5), report({1, 0}, Standing::kAlive, 7), true, false},
      {report({1, 0}, Standing::kAlive, 7), report({1, 0}, Standing::kSuspect, 5), false, true},
      {report({1, 1}, Standing::kAlive, 5), report({1, 0}, Standing::kLeft, 5), true, false},
      {report({1, 0}, Standing::kDead, 9), report({1, 1}, Standing::kAlive, 5), false, true},
      {report({2, 0}, Standing::kAlive, 1), report({1, 9}, Standing::kDead, 900), true, true},
      {report({2, 0}, Standing::kAlive, 0), report({1, 9}, Standing::kDead, 900), true, false},
      {report({1, 9}, Standing::kDead, 900), report({2, 0}, Standing::kAlive, 0), false, false},
      {report({1, 0}, Standing::kAlive, 0), report({}, Standing::kAlive, 0), true, false},
  };
  for (const Case& c : cases) {
    const News news = news_in(c.offer, c.have);
    EXPECT_EQ(news.standing, c.standing) << &c - cases;
    EXPECT_EQ(news.summary, c.summary) << &c - cases;
  }
}

}  // namespace
}  // namespace prumo::gossip
