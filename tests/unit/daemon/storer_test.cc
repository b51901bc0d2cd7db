// Writing to a disk that hangs.

#include "src/daemon/storer.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <condition_variable>
#include <mutex>

namespace prumo::daemon {
namespace {

class FakeStore final : public store::StateStore {
 public:
  Result<void> write(const DurableState& state) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !hangs_; });
    starts_ = state.starts;
    if (full_) return fail("the disk is full");
    return {};
  }
  void set(bool hangs, bool full = false) {
    const std::lock_guard lock(mutex_);
    hangs_ = hangs;
    full_ = full;
    changed_.notify_all();
  }
  [[nodiscard]] std::uint32_t starts() {
    const std::lock_guard lock(mutex_);
    return starts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool hangs_ = false;
  bool full_ = false;
  std::uint32_t starts_ = 0;
};

struct StorerTest : testing::Test {
  FakeStore disk;
  Inbox inbox;
  std::vector<std::pair<std::uint64_t, std::string>> told;
  Storer storer{disk, inbox, [this](std::uint64_t sequence, const std::string& why) {
                  told.emplace_back(sequence, why);
                }};
  Instant now{100s};

  void TearDown() override {
    disk.set(false);
    EXPECT_TRUE(storer.flush(20s));
  }
  void write(std::uint64_t sequence) {
    Persist persist;
    persist.sequence = sequence;
    persist.state.starts = static_cast<std::uint32_t>(sequence);
    storer.write(persist, now);
  }
  void take_in() {
    for (const Task& task : inbox.drain()) task();
  }
  void until_told(std::size_t count) {
    constexpr int kPatienceMs = 60'000;
    for (take_in(); told.size() < count; take_in()) {
      pollfd waiting{inbox.descriptor(), POLLIN, 0};
      ASSERT_EQ(::poll(&waiting, 1, kPatienceMs), 1);
    }
  }
};

TEST_F(StorerTest, SaysWhatBecameOfAWrite) {
  write(1);
  until_told(1);
  EXPECT_EQ(told[0], std::pair(std::uint64_t{1}, std::string()));
  disk.set(false, true);
  write(2);
  until_told(2);
  EXPECT_EQ(told[1], std::pair(std::uint64_t{2}, std::string("the disk is full")));
  EXPECT_EQ(storer.next_deadline(), Instant::never());
}

TEST_F(StorerTest, ADiskThatHangsCountsAsOneThatFailsUntilItHasAnswered) {
  disk.set(true);
  write(1);
  EXPECT_EQ(storer.next_deadline(), now + WriteWatch::kPatience);
  storer.turn(now + WriteWatch::kPatience - 1ms);
  EXPECT_TRUE(told.empty());
  storer.turn(now + WriteWatch::kPatience);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].first, 1U);
  EXPECT_NE(told[0].second.find("does not answer"), std::string::npos);
  EXPECT_EQ(storer.next_deadline(), Instant::never());

  write(2);
  EXPECT_EQ(told.size(), 1U);  // never within the call that asked
  until_told(2);
  EXPECT_EQ(told[1].first, 2U);
  EXPECT_NE(told[1].second, "");

  disk.set(false);
  ASSERT_TRUE(storer.flush(20s));
  EXPECT_EQ(disk.starts(), 1U);
  take_in();
  EXPECT_EQ(told.size(), 2U);  // the first has been given up, whatever became of it
  write(3);
  until_told(3);
  EXPECT_EQ(told[2], std::pair(std::uint64_t{3}, std::string()));
  EXPECT_EQ(disk.starts(), 3U);
}

}  // namespace
}  // namespace prumo::daemon
