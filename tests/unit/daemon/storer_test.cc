// Writing to a disk that hangs.

#include "src/daemon/storer.h"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/unit/daemon/waiting.h"

namespace prumo::daemon {
namespace {

class FakeStore final : public store::StateStore {
 public:
  Result<void> write(const DurableState& state) override {
    gate.pass();
    starts = state.starts;
    if (full) return fail("the disk is full");
    return {};
  }

  Gate gate;
  std::atomic<bool> full{false};
  std::atomic<std::uint32_t> starts{0};
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
    disk.gate.set(false);
    EXPECT_TRUE(storer.flush(20s));
  }
  void write(std::uint64_t sequence) {
    Persist persist;
    persist.sequence = sequence;
    persist.state.starts = static_cast<std::uint32_t>(sequence);
    storer.write(persist, now);
  }
  void until_told(std::size_t count) {
    take_in_until(inbox, [&] { return told.size() >= count; });
  }
};

TEST_F(StorerTest, SaysWhatBecameOfAWrite) {
  write(1);
  until_told(1);
  EXPECT_EQ(told[0], std::pair(std::uint64_t{1}, std::string()));
  disk.full = true;
  write(2);
  until_told(2);
  EXPECT_EQ(told[1], std::pair(std::uint64_t{2}, std::string("the disk is full")));
  EXPECT_EQ(storer.next_deadline(), Instant::never());
}

TEST_F(StorerTest, ADiskThatHangsCountsAsOneThatFailsUntilItHasAnswered) {
  disk.gate.set(true);
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

  disk.gate.set(false);
  ASSERT_TRUE(storer.flush(20s));
  EXPECT_EQ(disk.starts, 1U);
  take_in(inbox);
  EXPECT_EQ(told.size(), 2U);  // the first has been given up, whatever became of it
  write(3);
  until_told(3);
  EXPECT_EQ(told[2], std::pair(std::uint64_t{3}, std::string()));
  EXPECT_EQ(disk.starts, 3U);
}

}  // namespace
}  // namespace prumo::daemon
