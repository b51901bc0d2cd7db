#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "src/store/store.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/store/disk_faults.h"
#include "tests/unit/store/sample_state.h"

namespace prumo::store {
namespace {

namespace fs = std::filesystem;

DurableState numbered(std::uint32_t starts) {
  DurableState state = random_state(starts);
  state.starts = starts;
  return state;
}

void put_state(const std::string& folder, const DurableState& state) {
  auto opened = open_state(folder);
  ASSERT_TRUE(opened) << opened.error().message;
  ASSERT_TRUE(opened->store->write(state));
}

/// Changes the file from outside, as a newer version or a bad disk would.
void run_sql(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  char* why = nullptr;
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &why), SQLITE_OK) << why;
  sqlite3_close(db);
}

void overwrite(const std::string& path, std::streamoff at, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(at);
  file << bytes;
}

TEST(StateStore, IsFreshWithoutAFileAndMakesItsFolder) {
  const ScratchFolder scratch;
  const auto opened = open_state(scratch / "deep/state");
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->restored.fresh);
  EXPECT_EQ(opened->restored.state, DurableState{});
  EXPECT_EQ(opened->restored.set_aside, "");
}

TEST(StateStore, GivesBackTheLastStateWritten) {
  const ScratchFolder scratch;
  {
    auto opened = open_state(scratch.path());
    ASSERT_TRUE(opened);
    for (std::uint32_t i = 1; i <= 50; ++i) ASSERT_TRUE(opened->store->write(numbered(i)));
  }
  const auto again = open_state(scratch.path());
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->restored.fresh);
  EXPECT_EQ(again->restored.state, numbered(50));
}

TEST(StateStore, KeepsItsFileFromOtherUsers) {
  const ScratchFolder scratch;
  put_state(scratch.path(), numbered(1));
  struct stat info {};
  ASSERT_EQ(::stat((scratch / "state.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(StateStore, StaysFreshUntilTheFirstWrite) {
  const ScratchFolder scratch;
  { ASSERT_TRUE(open_state(scratch.path())); }
  const auto again = open_state(scratch.path());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->restored.fresh);
}

TEST(StateStore, CostsOneSyncAWrite) {
  const ScratchFolder scratch;
  auto opened = open_state(scratch.path());
  ASSERT_TRUE(opened);
  ASSERT_TRUE(opened->store->write(numbered(1)));
  const int before = syncs();
  for (std::uint32_t i = 0; i < 20; ++i) {
    const int at = syncs();
    ASSERT_TRUE(opened->store->write(numbered(i)));
    EXPECT_GE(syncs(), at + 1) << "a write came back before it was on the disk";
  }
  EXPECT_LE(syncs() - before, 20 + 3);
}

TEST(StateStore, DoesNotGrowWithTheNumberOfWrites) {
  const ScratchFolder scratch;
  auto opened = open_state(scratch.path());
  ASSERT_TRUE(opened);
  DurableState state;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    state.starts = i;
    ASSERT_TRUE(opened->store->write(state));
  }
  std::uintmax_t size = 0;
  for (const auto& entry : fs::directory_iterator(scratch.path())) size += entry.file_size();
  EXPECT_LT(size, 8U * 1024 * 1024);
}

TEST(StateStore, KeepsASecondDaemonOutAndSaysWho) {
  const ScratchFolder scratch;
  const auto first = open_state(scratch.path());
  ASSERT_TRUE(first);
  const auto second = open_state(scratch.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            scratch.path() + ": in use by process " + std::to_string(::getpid()) +
                "; stop that prumod, or give this one a state folder of its own");
}

TEST(StateStore, IsFreeAgainOnceItsHolderHasGone) {
  const ScratchFolder scratch;
  { ASSERT_TRUE(open_state(scratch.path())); }
  EXPECT_TRUE(open_state(scratch.path()));
}

TEST(StateStore, SetsAFileAsideThatIsNoDatabase) {
  const ScratchFolder scratch;
  std::ofstream(scratch / "state.db") << std::string(9000, 'x');
  const auto opened = open_state(scratch.path());
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->restored.fresh);
  EXPECT_EQ(opened->restored.set_aside, scratch / "state.db.corrupt-1");
  EXPECT_EQ(fs::file_size(scratch / "state.db.corrupt-1"), 9000U);
  EXPECT_TRUE(opened->store->write(numbered(1)));
}

TEST(StateStore, NumbersTheFilesItSetsAside) {
  const ScratchFolder scratch;
  for (const char* expected : {"state.db.corrupt-1", "state.db.corrupt-2", "state.db.corrupt-3"}) {
    std::ofstream(scratch / "state.db") << std::string(9000, 'x');
    const auto opened = open_state(scratch.path());
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->restored.set_aside, scratch / expected);
  }
}

TEST(StateStore, FindsADamagedPageOrByteAndNeverRestoresAnotherState) {
  const ScratchFolder original;
  const DurableState state = numbered(3);
  put_state(original.path(), state);
  const auto size = static_cast<std::streamoff>(fs::file_size(original / "state.db"));
  int set_aside = 0;
  for (std::streamoff at = 0; at < size; at += 97) {
    const ScratchFolder scratch;
    fs::copy_file(original / "state.db", scratch / "state.db");
    overwrite(scratch / "state.db", at, "\x5A\xA5");
    const auto opened = open_state(scratch.path());
    if (!opened) continue;
    if (opened->restored.fresh) {
      set_aside += opened->restored.set_aside.empty() ? 0 : 1;
    } else {
      EXPECT_EQ(opened->restored.state, state) << "byte " << at;
    }
  }
  EXPECT_GT(set_aside, 10);
}

TEST(StateStore, SetsTextAsideWhoseChecksumIsWrong) {
  const ScratchFolder scratch;
  put_state(scratch.path(), numbered(1));
  run_sql(scratch / "state.db", "UPDATE state SET text = CAST('{\"starts\":1}' AS BLOB)");
  const auto opened = open_state(scratch.path());
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->restored.fresh);
  EXPECT_NE(opened->restored.set_aside, "");
}

TEST(StateStore, LeavesAFileOfANewerVersionAloneAndSaysSo) {
  const ScratchFolder scratch;
  put_state(scratch.path(), numbered(1));
  run_sql(scratch / "state.db", "UPDATE state SET format = 2");
  const auto opened = open_state(scratch.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message,
            scratch / "state.db" +
                ": written by a newer prumod; install that version again, or "
                "move the file away");
  EXPECT_TRUE(fs::exists(scratch / "state.db"));
  EXPECT_FALSE(fs::exists(scratch / "state.db.corrupt-1"));
}

TEST(StateStore, SaysThatTheDiskIsFullAndGoesOnOnceItIsNot) {
  const ScratchFolder scratch;
  auto opened = open_state(scratch.path());
  ASSERT_TRUE(opened);
  ASSERT_TRUE(opened->store->write(numbered(1)));
  {
    const WriteFault full([] { return ENOSPC; });
    const auto written = opened->store->write(numbered(2));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message,
              scratch / "state.db" + ": the disk is full; free some space on it");
  }
  ASSERT_TRUE(opened->store->write(numbered(3)));
  opened = fail("closed");
  EXPECT_EQ(open_state(scratch.path())->restored.state, numbered(3));
}

TEST(StateStore, KeepsTheStateBeforeAWriteThatFailed) {
  const ScratchFolder scratch;
  {
    auto opened = open_state(scratch.path());
    ASSERT_TRUE(opened);
    ASSERT_TRUE(opened->store->write(numbered(1)));
    const WriteFault broken([] { return EIO; });
    const auto written = opened->store->write(numbered(2));
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("reading or writing failed"), std::string::npos)
        << written.error().message;
  }
  EXPECT_EQ(open_state(scratch.path())->restored.state, numbered(1));
}

/// A child process writes states 2, 3, … and dies at its n-th write to the disk. Returns its last
/// state that was reported as stored, 0 when it lived to the end.
std::uint32_t die_at_write(const std::string& folder, int n, std::uint32_t last) {
  std::array<int, 2> pipe_ends{};
  EXPECT_EQ(::pipe(pipe_ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto opened = open_state(folder);
    int left = n;
    const WriteFault death([&left] {
      if (--left < 0) ::_exit(9);
      return 0;
    });
    for (std::uint32_t i = 2; i <= last; ++i) {
      if (!opened->store->write(numbered(i))) ::_exit(8);
      if (::write(pipe_ends[1], &i, sizeof i) != sizeof i) ::_exit(7);
    }
    ::_exit(0);
  }
  ::close(pipe_ends[1]);
  std::uint32_t stored = 1;
  for (std::uint32_t i = 0; ::read(pipe_ends[0], &i, sizeof i) == sizeof i;) stored = i;
  ::close(pipe_ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9));
  return WEXITSTATUS(status) == 0 ? 0 : stored;
}

TEST(StateStore, HasAllOfAStateOrAllOfTheNextWhereverItIsKilled) {
  int killed = 0;
  for (int n = 0;; ++n) {
    const ScratchFolder scratch;
    put_state(scratch.path(), numbered(1));
    const std::uint32_t stored = die_at_write(scratch.path(), n, 4);
    const auto opened = open_state(scratch.path());
    ASSERT_TRUE(opened) << opened.error().message;
    ASSERT_FALSE(opened->restored.fresh);
    const DurableState& found = opened->restored.state;
    if (stored == 0) {
      EXPECT_EQ(found, numbered(4));
      break;
    }
    ++killed;
    EXPECT_GE(found.starts, stored) << "what was reported as stored is lost";
    EXPECT_LE(found.starts, stored + 1);
    EXPECT_EQ(found, numbered(found.starts));
  }
  EXPECT_GT(killed, 3);
}

TEST(StateStore, SaysWhenItsFolderIsNone) {
  const ScratchFolder scratch;
  std::ofstream(scratch / "file") << "x";
  const auto opened = open_state(scratch / "file");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find(scratch / "file"), std::string::npos);
  EXPECT_NE(opened.error().message.find(';'), std::string::npos) << "names no cure";
}

TEST(StateStore, SaysWhenItsFolderCannotBeWritten) {
  // Root may write anywhere but into the kernel's own trees.
  const auto opened = open_state("/proc/self");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("make the folder writable"), std::string::npos)
      << opened.error().message;
  EXPECT_EQ(opened.error().message.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace prumo::store
