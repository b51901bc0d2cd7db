#include "gossip/parameters.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

namespace prumo::gossip {
namespace {

TEST(GossipParameters, TheDefaultsAreLegal) { EXPECT_EQ(check({}), ""); }

TEST(GossipParameters, EachOutOfItsRangeIsNamed) {
  struct Case {
    std::string name;
    std::function<void(Parameters&)> spoil;
  };
  const Case cases[] = {
      {"gossip_period", [](Parameters& p) { p.gossip_period = 99ms; }},
      {"gossip_period", [](Parameters& p) { p.gossip_period = 11s; }},
      {"fanout", [](Parameters& p) { p.fanout = 0; }},
      {"fanout", [](Parameters& p) { p.fanout = 9; }},
      {"probe_period", [](Parameters& p) { p.probe_period = 100ms; }},
      {"probe_timeout", [](Parameters& p) { p.probe_timeout = 0ms; }},
      {"probe_timeout", [](Parameters& p) { p.probe_timeout = p.probe_period; }},
      {"indirect", [](Parameters& p) { p.indirect = 11; }},
      {"suspicion_periods", [](Parameters& p) { p.suspicion_periods = 0.5; }},
      {"suspicion_periods",
       [](Parameters& p) { p.suspicion_periods = std::numeric_limits<double>::quiet_NaN(); }},
      {"suspicion_most", [](Parameters& p) { p.suspicion_most = 21; }},
      {"rumour_batch", [](Parameters& p) { p.rumour_batch = 1ms; }},
      {"rumour_batch", [](Parameters& p) { p.rumour_batch = p.gossip_period; }},
      {"rumour_bytes_per_s", [](Parameters& p) { p.rumour_bytes_per_s = 100; }},
  };
  for (const Case& c : cases) {
    Parameters p;
    c.spoil(p);
    EXPECT_EQ(check(p).rfind(c.name, 0), 0U) << c.name << ": " << check(p);
  }
}

}  // namespace
}  // namespace prumo::gossip
