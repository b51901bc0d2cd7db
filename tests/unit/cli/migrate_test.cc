// `prumo migrate`: what it asks, what it shows, how it ends.

#include <gtest/gtest.h>

#include "tests/unit/cli/fake_daemon.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

const char* const kOp = "hand.3f2a91c4.12.1";

json running(double percent) {
  return {{"state", "running"}, {"op", kOp},
          {"vm", "web3"},       {"from", "h1"},
          {"to", "h3"},         {"phase", "migrating"},
          {"total_mib", 200},   {"remaining_mib", 2 * (100 - percent)},
          {"elapsed_s", 1},     {"dirty_mib_s", 12},
          {"percent", percent}};
}

json ended(const std::string& outcome, const std::string& reason = "") {
  return {{"state", "ended"}, {"op", kOp},      {"vm", "web3"},
          {"from", "h1"},     {"to", "h3"},     {"outcome", outcome},
          {"reason", reason}, {"total_s", 2.5}, {"downtime_ms", 65}};
}

struct Migrate : testing::Test {
  FakeDaemon daemon;
  void SetUp() override {
    daemon.answers["migrate"] =
        json{{"op", kOp},
             {"vm", "web3"},
             {"from", "h1"},
             {"to", "h3"},
             {"plan", {{"method", "pre-copy"}, {"prediction", {{"text", "pre-copy in 1.2 s"}}}}}};
  }
  Ran move(std::vector<std::string> more = {}, bool terminal = false) {
    more.insert(more.begin(), {"migrate", "web3", "--to", "h3"});
    return run_prumo(more, daemon, terminal, 1000);
  }
};

TEST_F(Migrate, ShowsTheCourseAndEndsWithTheOutcome) {
  daemon.scripts["operation"] = {running(25), running(50), ended("done")};
  const Ran ran = move();
  EXPECT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_EQ(daemon.asked.front(), "migrate web3 h3");
  EXPECT_EQ(daemon.asked[1], std::string("operation ") + kOp + " h1");
  EXPECT_EQ(ran.out,
            "web3 leaves h1 for h3 (hand.3f2a91c4.12.1): expected pre-copy in 1.2 s\n"
            "web3 h1 -> h3  ###           25 %, ends in 3 s, 150 MiB left, writes 12 MiB/s\n"
            "web3 runs on h3, total 2.5 s, downtime 65 ms\n");
}

TEST_F(Migrate, DrawsOneLineOverOnATerminal) {
  daemon.scripts["operation"] = {running(25), running(50), ended("done")};
  const Ran ran = move({}, true);
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\r'), 2);
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 3);
}

TEST_F(Migrate, JsonIsOneObjectAtTheEnd) {
  daemon.scripts["operation"] = {running(25), ended("done")};
  const Ran ran = move({"--format", "json"});
  const json all = json::parse(ran.out);
  EXPECT_EQ(all["outcome"], "done");
  EXPECT_EQ(all["plan"]["method"], "pre-copy");
}

TEST_F(Migrate, EachEndHasItsExitCode) {
  daemon.scripts["operation"] = {ended("refused", "cpu 0.900 > 0.850")};
  const Ran refused = move();
  EXPECT_EQ(refused.exit, kFailed);
  EXPECT_NE(refused.out.find("web3 stays on h1, refused: cpu 0.900 > 0.850"), std::string::npos);
  daemon.answers["migrate"] = failure(kFailed, "web3 stays: paused by h2");
  const Ran paused = move();
  EXPECT_EQ(paused.exit, kFailed);
  EXPECT_EQ(paused.err, "prumo: web3 stays: paused by h2\n");
  daemon.answers["migrate"] = failure(kSilent, "nothing listens");
  EXPECT_EQ(move().exit, kSilent);
}

TEST_F(Migrate, WrongSettingsAreNeverSent) {
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{"--method", "teleport"},
                                             {"--max-downtime", "5"},
                                             {"--set", "foo=1"},
                                             {"--set", "a b"}}) {
    const Ran ran = move(wrong);
    EXPECT_EQ(ran.exit, kUsage) << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
  EXPECT_TRUE(daemon.asked.empty());
  EXPECT_EQ(
      move({"--method", "post-copy", "--bandwidth", "10", "--set", "parallel=4", "--no-wait"}).exit,
      kDone);
  EXPECT_EQ(daemon.asked.back(), "migrate web3 h3 method=post-copy bandwidth_mib_s=10 parallel=4");
}

TEST_F(Migrate, ADryRunSaysBothEndsWordsAndChangesNothing) {
  daemon.answers["migrate"] =
      json{{"vm", "web3"},
           {"from", "h1"},
           {"to", "h3"},
           {"source", {{"begins", true}, {"why", ""}}},
           {"destination", {{"takes", false}, {"why", "settling for 9 s after db7"}}},
           {"plan", {{"prediction", {{"text", "pre-copy in 1.2 s"}}}}}};
  const Ran ran = move({"--dry-run"});
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_EQ(daemon.asked, std::vector<std::string>{"migrate web3 h3 dry-run"});
  EXPECT_TRUE(ran.out.starts_with(
      "web3 from h1 to h3: no\n  h1: would begin it now\n"
      "  h3: would refuse: settling for 9 s after db7\n  how: expected pre-copy in 1.2 s; "))
      << ran.out;
}

TEST_F(Migrate, CtrlCAsksAndAbortsOnYes) {
  daemon.scripts["operation"] = {running(25), running(30), ended("aborted", "aborted")};
  daemon.interrupts = {false, true};
  daemon.typed = {"y"};
  const Ran ran = move();
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_EQ(daemon.asked[2], std::string("abort ") + kOp);
  EXPECT_NE(ran.err.find("Abort it?"), std::string::npos);
}

TEST_F(Migrate, AnythingElseGoesOnWatching) {
  daemon.scripts["operation"] = {running(25), ended("done")};
  daemon.interrupts = {true};
  daemon.typed = {"n"};
  EXPECT_EQ(move().exit, kDone);
  for (const std::string& asked : daemon.asked) EXPECT_FALSE(asked.starts_with("abort"));
}

TEST_F(Migrate, ASecondCtrlCLeavesItRunning) {
  daemon.answers["operation"] = running(25);
  daemon.interrupts = {false, true};
  daemon.typed = {std::nullopt};
  const Ran ran = move();
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_NE(ran.err.find("goes on; prumo abort hand.3f2a91c4.12.1 ends it"), std::string::npos)
      << ran.err;
  for (const std::string& asked : daemon.asked) EXPECT_FALSE(asked.starts_with("abort"));
}

TEST_F(Migrate, ADaemonThatIsRestartedIsWaitedForAndOneThatStaysSilentIsTold) {
  daemon.scripts["operation"] = {running(25), failure(kSilent, "no answer"),
                                 json{{"state", "silent"}}, json{{"state", "unknown"}},
                                 ended("done")};
  EXPECT_EQ(move().exit, kDone);
  daemon.answers["operation"] = failure(kSilent, "no answer");
  const Ran silent = move();
  EXPECT_EQ(silent.exit, kSilent);
  EXPECT_NE(silent.err.find("`prumo migrations` will tell"), std::string::npos);
  daemon.answers["operation"] = json{{"state", "unknown"}};
  EXPECT_EQ(move().exit, kFailed);
}

}  // namespace
}  // namespace prumo::cli
