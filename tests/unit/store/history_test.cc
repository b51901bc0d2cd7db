#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "src/store/store.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/store/disk_faults.h"

namespace prumo::store {
namespace {

HistoryEntry entry(std::int64_t at, const std::string& kind, const std::string& subject) {
  return {at, kind, subject, kind + " " + subject, R"({"a":1})"};
}

std::vector<std::int64_t> times(const std::vector<HistoryEntry>& entries) {
  std::vector<std::int64_t> out;
  for (const HistoryEntry& e : entries) out.push_back(e.unix_ms);
  return out;
}

TEST(History, FindsNewestFirstByKindAndSubject) {
  const ScratchFolder scratch;
  const auto history = open_history(scratch.path());
  history->add(entry(1, "decided", "h1"));
  history->add(entry(2, "started", "web3"));
  history->add(entry(3, "decided", "h2"));
  history->add(entry(4, "decided", "h1"));
  EXPECT_EQ(times(history->find("", "", 10)), (std::vector<std::int64_t>{4, 3, 2, 1}));
  EXPECT_EQ(times(history->find("decided", "", 10)), (std::vector<std::int64_t>{4, 3, 1}));
  EXPECT_EQ(times(history->find("decided", "h1", 10)), (std::vector<std::int64_t>{4, 1}));
  EXPECT_EQ(times(history->find("", "web3", 10)), (std::vector<std::int64_t>{2}));
  EXPECT_EQ(times(history->find("", "", 2)), (std::vector<std::int64_t>{4, 3}));
  EXPECT_TRUE(history->find("none", "", 10).empty());
  EXPECT_TRUE(history->find("", "", 0).empty());
  const HistoryEntry found = history->find("started", "", 1).at(0);
  EXPECT_EQ(found.kind, "started");
  EXPECT_EQ(found.subject, "web3");
  EXPECT_EQ(found.text, "started web3");
  EXPECT_EQ(found.json, R"({"a":1})");
  EXPECT_EQ(history->trouble(), "");
}

TEST(History, SurvivesARestart) {
  const ScratchFolder scratch;
  open_history(scratch.path())->add(entry(1, "decided", "h1"));
  EXPECT_EQ(times(open_history(scratch.path())->find("", "", 10)), (std::vector<std::int64_t>{1}));
}

TEST(History, KeepsTheNewestOnly) {
  const ScratchFolder scratch;
  const auto history = open_history(scratch.path(), 3);
  for (int i = 1; i <= 10; ++i) history->add(entry(i, "k", "s"));
  EXPECT_EQ(times(history->find("", "", 100)), (std::vector<std::int64_t>{10, 9, 8}));
}

TEST(History, ShrinksWhenItMayKeepLess) {
  const ScratchFolder scratch;
  for (int i = 1; i <= 10; ++i) open_history(scratch.path(), 10)->add(entry(i, "k", "s"));
  const auto history = open_history(scratch.path(), 2);
  history->add(entry(11, "k", "s"));
  EXPECT_EQ(times(history->find("", "", 100)), (std::vector<std::int64_t>{11, 10}));
}

TEST(History, TakesTextAsItIsNeverAsSql) {
  const ScratchFolder scratch;
  const auto history = open_history(scratch.path());
  const std::string hostile = "'; DROP TABLE entry; --";
  history->add(entry(1, hostile, hostile));
  EXPECT_EQ(times(history->find(hostile, hostile, 10)), (std::vector<std::int64_t>{1}));
}

TEST(History, LeavesOutJsonThatIsTooLongAndSaysHowLong) {
  const ScratchFolder scratch;
  const auto history = open_history(scratch.path());
  HistoryEntry most = entry(1, "k", "s");
  most.json = "\"" + std::string(64 * 1024 - 2, 'x') + "\"";
  HistoryEntry more = entry(2, "k", "s");
  more.json = most.json + " ";
  history->add(most);
  history->add(more);
  const auto found = history->find("", "", 10);
  EXPECT_EQ(found.at(1).json, most.json);
  EXPECT_EQ(found.at(0).json, R"({"left_out_bytes":65537})");
}

TEST(History, SetsADamagedFileAsideAndSaysSo) {
  const ScratchFolder scratch;
  std::ofstream(scratch / "history.db") << std::string(9000, 'x');
  const auto history = open_history(scratch.path());
  EXPECT_EQ(history->trouble(), scratch / "history.db" + " was damaged and is now " +
                                    (scratch / "history.db.corrupt-1") + "; a new one was begun");
  history->add(entry(1, "k", "s"));
  EXPECT_EQ(times(history->find("", "", 10)), (std::vector<std::int64_t>{1}));
  EXPECT_TRUE(std::filesystem::exists(scratch / "history.db.corrupt-1"));
}

TEST(History, SetsAFileAsideThatIsFoundDamagedInUse) {
  const ScratchFolder scratch;
  {
    const auto history = open_history(scratch.path());
    for (int i = 0; i < 500; ++i) history->add(entry(i, "k" + std::to_string(i), "s"));
  }
  {
    std::fstream file(scratch / "history.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);  // every page but the first, which has the schema
    file << std::string(std::filesystem::file_size(scratch / "history.db") - 4096, '\x5A');
  }
  const auto history = open_history(scratch.path());
  history->add(entry(1000, "k", "s"));
  EXPECT_NE(history->trouble().find("corrupt-1"), std::string::npos);
  EXPECT_EQ(times(history->find("", "", 10)), (std::vector<std::int64_t>{1000}));
}

TEST(History, SaysThatTheDiskIsFullUntilAnEntryIsStoredAgain) {
  const ScratchFolder scratch;
  const auto history = open_history(scratch.path());
  history->add(entry(1, "k", "s"));
  {
    const WriteFault full([] { return ENOSPC; });
    history->add(entry(2, "k", "s"));
    history->add(entry(3, "k", "s"));
    EXPECT_EQ(history->trouble(), scratch / "history.db" +
                                      ": the disk is full; free some space on it; what happens "
                                      "meanwhile is in the log only");
  }
  history->add(entry(4, "k", "s"));
  EXPECT_EQ(history->trouble(), "");
  EXPECT_EQ(times(history->find("", "", 10)), (std::vector<std::int64_t>{4, 1}));
}

TEST(History, WithoutAFolderIsEmptyAndSaysWhy) {
  const auto history = open_history("/proc/self/nothing");
  history->add(entry(1, "k", "s"));
  EXPECT_TRUE(history->find("", "", 10).empty());
  EXPECT_NE(history->trouble().find("/proc/self/nothing/history.db"), std::string::npos);
}

TEST(History, MayBeUsedByManyThreadsAtOnce) {
  const ScratchFolder scratch;
  const auto history = open_history(scratch.path());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&history, t] {
      for (int i = 0; i < 50; ++i) {
        history->add(entry(i, "k" + std::to_string(t), "s"));
        (void)history->find("", "", 5);
        (void)history->trouble();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(history->find("", "", 1000).size(), 200U);
  EXPECT_EQ(history->trouble(), "");
}

TEST(History, FindsWhatMentionsSomething) {
  const ScratchFolder scratch;
  const auto history = open_history(scratch.path());
  history->add({1, "decided", "7.1", "x", R"({"vm":"web3"})"});
  history->add({2, "decided", "7.2", "x", R"({"vm":"web33"})"});
  history->add({3, "finished", "7.1.0", "x", R"({"id":"web3"})"});
  EXPECT_EQ(times(history->find("decided", "", 10, R"("web3")")), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(times(history->find("", "", 10, R"("web3")")), (std::vector<std::int64_t>{3, 1}));
  EXPECT_TRUE(history->find("", "", 10, "%").empty());
}

TEST(History, KeepsWhatRoundsWereDecidedOnTheNewestOfARound) {
  const ScratchFolder scratch;
  {
    const auto history = open_history(scratch.path());
    history->keep({1, "7.1", "old"});
    history->keep({2, "7.1", "new"});
    history->keep({3, "7.2", std::string(kBasisMost + 1, 'x')});
  }
  const auto history = open_history(scratch.path());
  ASSERT_TRUE(history->basis_of("7.1"));
  EXPECT_EQ(history->basis_of("7.1")->json, "new");
  EXPECT_EQ(history->basis_of("7.1")->unix_ms, 2);
  EXPECT_FALSE(history->basis_of("7.2"));
  EXPECT_FALSE(history->basis_of("9.9"));
  EXPECT_TRUE(history->find("", "", 10).empty());
}

TEST(History, KeepsAtMostSixtyFourMebibytesOfRounds) {
  const ScratchFolder scratch;
  const auto history = open_history(scratch.path());
  constexpr int kRounds = 90;  // 70 MiB
  for (int i = 0; i < kRounds; ++i) {
    history->keep({i, std::to_string(i), std::string(kBasisMost, 'x')});
  }
  EXPECT_FALSE(history->basis_of("0"));
  EXPECT_TRUE(history->basis_of(std::to_string(kRounds - 1)));
  EXPECT_TRUE(history->basis_of(std::to_string(kRounds - 80)));
  EXPECT_EQ(history->trouble(), "");
}

}  // namespace
}  // namespace prumo::store
