// Where lines go when the place they go to takes none.

#include "src/daemon/journal.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace prumo::daemon {
namespace {

class NoHistory final : public store::History {
 public:
  void add(const store::HistoryEntry&) override {}
  std::vector<store::HistoryEntry> find(const std::string&, const std::string&, std::size_t,
                                        const std::string&) override {
    return {};
  }
  void keep(const store::Basis&) override {}
  std::optional<store::Basis> basis_of(const std::string&) override { return std::nullopt; }
  [[nodiscard]] std::string trouble() const override { return {}; }
};

/// A log that takes nothing until it is let go on.
class StuckSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  void go_on() {
    const std::lock_guard lock(stuck_);
    going_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] std::vector<std::string> lines() {
    const std::lock_guard lock(stuck_);
    return lines_;
  }
  [[nodiscard]] bool waited_in_vain() {
    const std::lock_guard lock(stuck_);
    return in_vain_;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    std::unique_lock lock(stuck_);
    in_vain_ = in_vain_ || !changed_.wait_for(lock, 20s, [this] { return going_; });
    lines_.emplace_back(line.payload.data(), line.payload.size());
  }
  void flush_() override {}

  std::mutex stuck_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  bool going_ = false;
  bool in_vain_ = false;
};

TEST(Journal, ALogThatHangsHoldsUpNobodyAndGetsItsLinesInOrder) {
  const auto before = spdlog::default_logger();
  const auto sink = std::make_shared<StuckSink>();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("stuck", sink));
  NoHistory history;
  Inbox inbox;
  {
    Journal journal(HostId("h1"), RunId{7}, history, inbox);
    journal.say(Level::kWarning, "first", "one");
    journal.say(Level::kInfo, "second", "two");
    sink->go_on();
    EXPECT_TRUE(journal.flush(20s));
  }
  spdlog::set_default_logger(before);
  EXPECT_FALSE(sink->waited_in_vain());
  EXPECT_EQ(sink->lines(), (std::vector<std::string>{"first: one", "second: two"}));
}

TEST(Journal, WhatIsFoundIsReadInTheHistorysThreadAndHandedOverInTheReactors) {
  NoHistory history;
  Inbox inbox;
  Journal journal(HostId("h1"), RunId{7}, history, inbox);
  std::thread::id read_by;
  std::thread::id taken_by;
  journal.find(
      {"decided"}, "", 1,
      [&read_by](const auto& entries) {
        read_by = std::this_thread::get_id();
        return nlohmann::json(entries.size());
      },
      [&taken_by](const nlohmann::json& made) {
        taken_by = std::this_thread::get_id();
        EXPECT_EQ(made, 0);
      });
  ASSERT_TRUE(journal.flush(20s));
  EXPECT_EQ(taken_by, std::thread::id());
  for (const Task& task : inbox.drain()) task();
  EXPECT_EQ(taken_by, std::this_thread::get_id());
  EXPECT_NE(read_by, std::thread::id());
  EXPECT_NE(read_by, taken_by);
}

}  // namespace
}  // namespace prumo::daemon
