// Autostart flags, on a hypervisor that hangs.

#include "src/daemon/flags.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "tests/unit/daemon/idle_hypervisor.h"
#include "tests/unit/daemon/waiting.h"

namespace prumo::daemon {
namespace {

class HangingHypervisor final : public IdleHypervisor {
 public:
  Result<void> set_autostart(const VmId& vm, bool) override {
    gate.pass();
    calls.push_back(vm);
    if (fails) return fail("no such VM");
    return {};
  }

  Gate gate;
  std::atomic<bool> fails{false};
  std::vector<VmId> calls;  // read while none is under way
};

struct FlagsTest : testing::Test {
  HangingHypervisor hypervisor;
  Inbox inbox;
  std::vector<std::string> failed;
  Flags flags{hypervisor, inbox, [this](const std::string& why) { failed.push_back(why); }};
  const VmId web{"u1"};
  const VmId db{"u2"};

  void until_done(const VmId& vm) {
    take_in_until(inbox, [&] { return !flags.under_way(vm); });
  }
};

TEST_F(FlagsTest, NothingWaitsBehindACallThatHangsForTheSameVm) {
  hypervisor.gate.set(true);
  for (int look = 0; look < 5; ++look) flags.set({web, true});
  flags.set({db, true});
  EXPECT_TRUE(flags.under_way(web));
  hypervisor.gate.set(false);
  until_done(web);
  until_done(db);
  EXPECT_EQ(hypervisor.calls, (std::vector{web, db}));
  flags.set({web, true});
  until_done(web);
  EXPECT_EQ(hypervisor.calls, (std::vector{web, db, web}));
  EXPECT_TRUE(failed.empty());
}

TEST_F(FlagsTest, SaysWhyACallFailed) {
  hypervisor.fails = true;
  flags.set({web, true});
  until_done(web);
  EXPECT_EQ(failed, std::vector<std::string>{"no such VM"});
}

}  // namespace
}  // namespace prumo::daemon
