// Autostart flags, on a hypervisor that hangs.

#include "src/daemon/flags.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "tests/unit/daemon/idle_hypervisor.h"

namespace prumo::daemon {
namespace {

class HangingHypervisor final : public IdleHypervisor {
 public:
  Result<void> set_autostart(const VmId& vm, bool) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !hangs_; });
    calls_.push_back(vm);
    if (fails_) return fail("no such VM");
    return {};
  }

  void set(bool hangs, bool fails = false) {
    const std::lock_guard lock(mutex_);
    hangs_ = hangs;
    fails_ = fails;
    changed_.notify_all();
  }
  [[nodiscard]] std::vector<VmId> calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool hangs_ = false;
  bool fails_ = false;
  std::vector<VmId> calls_;
};

struct FlagsTest : testing::Test {
  HangingHypervisor hypervisor;
  Inbox inbox;
  std::vector<std::string> failed;
  Flags flags{hypervisor, inbox, [this](const std::string& why) { failed.push_back(why); }};
  const VmId web{"u1"};
  const VmId db{"u2"};

  void until_done(const VmId& vm) {
    constexpr int kPatienceMs = 60'000;
    while (flags.under_way(vm)) {
      pollfd waiting{inbox.descriptor(), POLLIN, 0};
      ASSERT_EQ(::poll(&waiting, 1, kPatienceMs), 1);
      for (const Task& task : inbox.drain()) task();
    }
  }
};

TEST_F(FlagsTest, NothingWaitsBehindACallThatHangsForTheSameVm) {
  hypervisor.set(true);
  for (int look = 0; look < 5; ++look) flags.set({web, true});
  flags.set({db, true});
  EXPECT_TRUE(flags.under_way(web));
  hypervisor.set(false);
  until_done(web);
  until_done(db);
  EXPECT_EQ(hypervisor.calls(), (std::vector{web, db}));
  flags.set({web, true});
  until_done(web);
  EXPECT_EQ(hypervisor.calls(), (std::vector{web, db, web}));
  EXPECT_TRUE(failed.empty());
}

TEST_F(FlagsTest, SaysWhyACallFailed) {
  hypervisor.set(false, true);
  flags.set({web, true});
  until_done(web);
  EXPECT_EQ(failed, std::vector<std::string>{"no such VM"});
}

}  // namespace
}  // namespace prumo::daemon
