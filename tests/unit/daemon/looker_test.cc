// Looks at a hypervisor that does not always answer.

#include "src/daemon/looker.h"

#include <gtest/gtest.h>

#include "src/daemon/clock.h"
#include "tests/unit/daemon/idle_hypervisor.h"
#include "tests/unit/daemon/waiting.h"

namespace prumo::daemon {
namespace {

class FakeHypervisor final : public IdleHypervisor {
 public:
  Result<std::vector<Domain>> domains(bool) override { return found; }

  Result<std::vector<Domain>> found;  // set while nobody looks
};

class FakeProbe final : public host::Probe {
 public:
  Result<host::Figures> read() override { return host::Figures{}; }
};

struct LookerTest : testing::Test {
  FakeHypervisor hypervisor;
  FakeProbe probe;
  Inbox inbox;
  std::vector<Event> events;
  Looker looker{hypervisor, probe, inbox, 5s, 10s, [this](Event e) { events.push_back(e); }};

  /// One sample, as it came out.
  Reading sample(Instant at) {
    events.clear();
    looker.turn(at);
    take_in_until(inbox, [this] { return !events.empty(); });
    const auto* sampled = events.empty() ? nullptr : std::get_if<Sampled>(&events.front());
    return sampled != nullptr ? sampled->reading : Reading{};
  }
};

TEST_F(LookerTest, WhatWasLastSeenOfAVmStandsWhileTheHypervisorDoesNotAnswer) {
  Domain web;
  web.id = VmId("u1");
  web.wishes = "max_downtime=20ms";
  hypervisor.found = std::vector{web};
  const Instant begin = now();
  EXPECT_TRUE(sample(begin).hypervisor_ok);
  hypervisor.found = fail("no answer");
  const Reading silent = sample(begin + 10s);
  EXPECT_FALSE(silent.hypervisor_ok);
  EXPECT_TRUE(silent.domains.empty());
  ASSERT_NE(looker.last_seen(web.id), nullptr);
  EXPECT_EQ(looker.last_seen(web.id)->wishes, web.wishes);
  hypervisor.found = std::vector<Domain>{};
  EXPECT_TRUE(sample(begin + 20s).hypervisor_ok);
  EXPECT_EQ(looker.last_seen(web.id), nullptr);
}

}  // namespace
}  // namespace prumo::daemon
