// `prumo impact`: what it asks the daemon for, what it shows, and how it ends. The prober itself is
// tested in tests/unit/probe.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "src/cli/impact_json.h"
#include "src/cli/render.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/cli/fake_daemon.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

const json kEnded{{"state", "ended"},  {"op", "0.9.0"},       {"from", "h1"},
                  {"to", "h2"},        {"outcome", "done"},   {"reason", ""},
                  {"total_s", 21.946}, {"downtime_ms", 291.0}};

struct ImpactCommand : testing::Test {
  FakeDaemon daemon;
  ImpactCommand() {
    daemon.answers.emplace("migrate", json{{"op", "0.9.0"}, {"from", "h1"}, {"to", "h2"}});
    daemon.answers.emplace("operation", kEnded);
  }
  Ran impact(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "impact");
    for (const char* word : {"--probe", "true", "--rate", "20", "--before", "0s", "--after", "0s"})
      arguments.emplace_back(word);
    return run_prumo(arguments, daemon, false, 10'000);
  }
};

TEST_F(ImpactCommand, MigratesTheVmAndReportsWhatLibvirtSays) {
  const Ran ran = impact({"web3", "--to", "h2", "--method", "stop-and-copy", "--format", "json"});
  ASSERT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_EQ(daemon.asked, (std::vector<std::string>{"migrate web3 h2 method=stop-and-copy",
                                                    "operation 0.9.0 h1"}));
  const json report = json::parse(ran.out);
  const json& passage = report.at("passages").at(0);
  EXPECT_EQ(passage.at("op"), "0.9.0");
  EXPECT_EQ(passage.at("from"), "h1");
  EXPECT_DOUBLE_EQ(passage.at("total_s").get<double>(), 21.946);
  EXPECT_DOUBLE_EQ(passage.at("downtime_ms").get<double>(), 291);
  EXPECT_EQ(report.at("vm"), "web3");
  EXPECT_GT(report.at("began_unix_s").get<double>(), 1e9);
}

TEST_F(ImpactCommand, MigratesItBackWhenAsked) {
  const Ran ran = impact({"web3", "--to", "h2", "--back", "--format", "json"});
  ASSERT_EQ(ran.exit, kDone) << ran.err;
  ASSERT_EQ(daemon.asked.size(), 4U);
  EXPECT_EQ(daemon.asked[2], "migrate web3 h1");
  EXPECT_EQ(json::parse(ran.out).at("passages").size(), 2U);
}

TEST_F(ImpactCommand, AMigrationThatIsRefusedIsSaidAndNothingElse) {
  daemon.answers.at("migrate") = failure(kFailed, "web3 stays: h2 is paused");
  const Ran ran = impact({"web3", "--to", "h2"});
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "prumo: web3 stays: h2 is paused\n");
}

TEST_F(ImpactCommand, AnUnknownMethodIsWrongUsageAndNothingIsAsked) {
  const Ran ran = impact({"web3", "--to", "h2", "--method", "fast"});
  EXPECT_EQ(ran.exit, kUsage);
  EXPECT_EQ(ran.err.find("prumo: method=fast is unknown"), 0U) << ran.err;
  EXPECT_TRUE(daemon.asked.empty());
}

TEST_F(ImpactCommand, AMigrationThatFailsIsReportedAndExitsSo) {
  json failed = kEnded;
  failed["outcome"] = "failed";
  failed["reason"] = "h2 refused";
  daemon.answers.at("operation") = failed;
  const Ran ran = impact({"web3", "--to", "h2"});
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_NE(ran.out.find("h1 -> h2 failed"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("h2 refused"), std::string::npos);
}

TEST_F(ImpactCommand, ADaemonThatForgetsTheOperationIsNotWaitedForForEver) {
  daemon.answers.at("operation") = json{{"state", "unknown"}};
  const Ran ran = impact({"web3", "--to", "h2"});
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_NE(ran.err.find("`prumo migrations` shows"), std::string::npos) << ran.err;
}

TEST_F(ImpactCommand, DrawsTheRunAsSvgAndAsPng) {
  ScratchFolder folder;
  for (const char* name : {"/run.svg", "/run.png"}) {
    const std::string path = folder.path() + name;
    const Ran ran = impact({"web3", "--to", "h2", "--plot", path});
    ASSERT_EQ(ran.exit, kDone) << ran.err;
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_NE(text.str().find(path.ends_with("svg") ? "</svg>" : "PNG"), std::string::npos);
  }
}

impact::Report report_with_a_silence() {
  std::vector<impact::Request> requests;
  for (int i = 0; i < 1000; ++i) {
    const Duration due = 10ms * i;
    const bool lost = due >= 4s && due < 5s;
    requests.push_back({due, due, due + (lost ? 10s : 1ms),
                        lost ? impact::Outcome::kUnanswered : impact::Outcome::kAnswered});
  }
  impact::Passage passage;
  passage.window = {3s, 6s};
  passage.from = "h1";
  passage.to = "h2";
  passage.outcome = "done";
  passage.total = 2900ms;
  passage.downtime = 950ms;
  return impact::report_of(requests, {0s, 10s}, {passage}, 250ms);
}

TEST(RenderImpact, HasTheFourMetricsWithinEightyColumns) {
  json report = impact_json(report_with_a_silence());
  report["probe"] = "udp://10.0.0.1:7/ping";
  report["rate_per_s"] = 100;
  report["service_level_ms"] = 250;
  report["errors"] = json::object();
  report["prober"] = {{"p99_late_ms", 0.2},
                      {"most_late_ms", 1.5},
                      {"saturates_per_s", 400.0},
                      {"saturation_reached", false},
                      {"trustworthy", true}};
  const std::string text = render_impact(report, {80, false});
  for (const char* part :
       {"h1 -> h2 done", "3.00 s from start to end; 2.90 s as libvirt reports it",
        "1.01 s seen from outside", "950 ms as libvirt", "before  3 s   100.0/s", "33.3 %",
        "keeps up at least 400 requests/s"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " is missing in\n" << text;
  EXPECT_EQ(text.find("partly the prober's own"), std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  report["prober"]["trustworthy"] = false;
  EXPECT_NE(render_impact(report, {80, false}).find("partly the prober's own"), std::string::npos);
}

TEST(ImpactJson, HasNullWhereARequestWithoutAnAnswerDecides) {
  const json passage = impact_json(report_with_a_silence()).at("passages").at(0);
  EXPECT_TRUE(passage.at("during").at("p95_ms").is_null());
  EXPECT_DOUBLE_EQ(passage.at("during").at("p50_ms").get<double>(), 1);
  EXPECT_EQ(passage.at("during").at("unanswered"), 100);
  EXPECT_EQ(passage.at("silence").at("lost"), 100);
  EXPECT_DOUBLE_EQ(passage.at("before").at("throughput_per_s").get<double>(), 100);
}

}  // namespace
}  // namespace prumo::cli
