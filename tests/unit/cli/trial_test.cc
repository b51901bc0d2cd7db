// prumo replay, compare and tune on small traces.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "src/replay/policies/catalogue.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/cli/fake_daemon.h"

namespace prumo::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Trials : public ::testing::Test {
 protected:
  Trials() {
    write("hosts.csv", "host,cpu,memory,network\nh1,10,10000,10000\nh2,10,10000,10000\n");
    std::string samples = "time,host,vm,cpu,memory,network,image_mib\n";
    for (int t = 0; t <= 60; t += 5) {
      const std::string at = std::to_string(t);
      samples += at + ",h1,,9.5,1000,0,\n" + at + ",h1,web1,3,400,0,400\n" + at +
                 ",h1,db1,5,500,0,500\n" + at + ",h2,,2,1000,0,\n";
    }
    write("samples.csv", samples);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(fs::path(folder_) / name) << text;
  }
  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ostringstream out;
    out << std::ifstream(fs::path(folder_) / name).rdbuf();
    return out.str();
  }
  const ScratchFolder scratch_;
  const std::string& folder_ = scratch_.path();
};

TEST_F(Trials, ReplaySaysALinePerDecisionThenASummary) {
  const Ran ran = run_prumo({"replay", folder_});
  ASSERT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_EQ(ran.out.substr(0, ran.out.find('\n')),
            "0  h1  cpu 0.950 > 0.900: web1 -> h2 (cost 42.69)");
  EXPECT_NE(ran.out.find("2 hosts, 2 VMs, 52 samples over 60 s"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("migrations    1, 0.4 GiB"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.err, "");
}

TEST_F(Trials, ReplayAsJsonHasTheKeysOfPlan) {
  const Ran ran = run_prumo({"replay", folder_, "--format", "json"});
  const json all = json::parse(ran.out);
  ASSERT_EQ(all.at("decisions").size(), 1U);
  const json& decision = all.at("decisions")[0];
  EXPECT_EQ(decision.at("time"), 0);
  EXPECT_EQ(decision.at("overloaded"), json({"h1"}));
  const json& move = decision.at("migrations").at(0);
  EXPECT_EQ(move.at("vm"), "web1");
  EXPECT_EQ(move.at("from"), "h1");
  EXPECT_EQ(move.at("to"), "h2");
  EXPECT_GT(move.at("cost").get<double>(), 0);
  EXPECT_EQ(all.at("summary").at("migrations"), 1);
  EXPECT_EQ(all.at("summary").at("samples"), 52);
}

TEST_F(Trials, ReplayTakesSettingsOfTheConfiguration) {
  const auto moves = [&](const std::string& setting) {
    const Ran ran = run_prumo({"replay", folder_, "--format", "json", "--set", setting});
    EXPECT_EQ(ran.exit, kDone) << ran.err;
    return json::parse(ran.out).at("summary").at("migrations").get<int>();
  };
  EXPECT_EQ(moves("overload=0.96"), 0);
  EXPECT_EQ(moves("relief.cooldown=5min"), 1);
  EXPECT_EQ(moves("relief.ignore=[\"web*\", \"db*\"]"), 0);
  for (const char* wrong : {"overload", "overload=2", "frob=1", "relief.cooldown=often",
                            "target=0.95", "overload=0.8\nid=\"x\""}) {
    const Ran ran = run_prumo({"replay", folder_, "--set", wrong});
    EXPECT_EQ(ran.exit, kUsage) << wrong;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

TEST_F(Trials, ABadTraceIsOneLine) {
  write("samples.csv", "time,host,vm,cpu,memory,network,image_mib\n0,h1,,x,,,\n");
  for (const char* command : {"replay", "compare", "tune"}) {
    const Ran ran = run_prumo({command, folder_});
    EXPECT_EQ(ran.exit, kUsage);
    EXPECT_EQ(ran.err, "prumo: " + folder_ +
                           "/samples.csv:2: cpu = \"x\" is no amount; write a number from 0, or "
                           "leave it empty\n");
  }
}

TEST_F(Trials, CompareHasALineForEachPolicy) {
  const Ran ran = run_prumo({"compare", folder_, "--policy", "three-phase,none"});
  ASSERT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_NE(ran.out.find("three-phase  "), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("none  "), std::string::npos);
  EXPECT_EQ(ran.out.find("sandpiper"), std::string::npos);
  const json all = json::parse(run_prumo({"compare", folder_, "--format", "json"}).out);
  EXPECT_EQ(all.at("policies").size(), replay::policy_names().size());
  EXPECT_EQ(run_prumo({"compare", folder_, "--policy", "best"}).exit, kUsage);
  for (const std::string& line : {ran.out}) {
    std::istringstream lines(line);
    for (std::string one; std::getline(lines, one);) EXPECT_LE(one.size(), 80U) << one;
  }
}

TEST_F(Trials, TuneMarksTheDefaults) {
  const Ran ran = run_prumo({"tune", folder_, "--mu", "0.5,0.6", "--overload", "0.9,0.96",
                             "--target", "0.85", "--alpha", "0.4"});
  ASSERT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_NE(ran.out.find("Of 4 settings"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("as set"), std::string::npos);
  const json all = json::parse(run_prumo({"tune", folder_, "--format", "json"}).out);
  EXPECT_TRUE(all.at("settings").at(0).at("default").get<bool>());
  EXPECT_EQ(all.at("settings").at(0).at("mu"), 0.6);
}

TEST_F(Trials, ReplayAsJsonIsJsonWhateverTheTraceHolds) {
  write("samples.csv", text_of("samples.csv") + "60,h1,garbage\n");
  const Ran late = run_prumo({"replay", folder_, "--format", "json"});
  EXPECT_EQ(late.exit, kUsage);
  EXPECT_EQ(json::parse(late.out).at("decisions").size(), 1U) << late.out;
  EXPECT_EQ("prumo: " + json::parse(late.out).at("error").get<std::string>() + "\n", late.err);
  const Ran early = run_prumo({"replay", folder_ + "/none", "--format", "json"});
  EXPECT_TRUE(json::parse(early.out).contains("error")) << early.out;
}

TEST_F(Trials, TuneWantsATargetBelowALimit) {
  const Ran ran = run_prumo({"tune", folder_, "--overload", "0.5", "--target", "0.6,0.7"});
  EXPECT_EQ(ran.exit, kUsage);
  EXPECT_EQ(ran.err, "prumo: no value of --target is below one of --overload; give lower ones\n");
}

TEST_F(Trials, ARecordIsSummedUpAtCtrlC) {
  FakeDaemon daemon;
  daemon.interrupts = {false, true};
  const Ran ran = run_prumo({"record", "--out", folder_ + "/new"}, daemon, false, 9);
  EXPECT_EQ(ran.exit, kDone);
  EXPECT_EQ(ran.out, folder_ + "/new: 0 samples of 0 hosts; prumo replay " + folder_ + "/new\n");
}

TEST_F(Trials, PlotsAreSvg) {
  const std::string svg = folder_ + "/it's a chart.svg";
  for (const char* command : {"replay", "compare", "tune"}) {
    const Ran ran = run_prumo({command, folder_, "--plot", svg});
    ASSERT_EQ(ran.exit, kDone) << ran.err;
    EXPECT_NE(text_of("it's a chart.svg").find("</svg>"), std::string::npos) << command;
    fs::remove(svg);
  }
}

TEST_F(Trials, APlotThatCannotBeDrawnSaysWhatToDo) {
  Ran ran = run_prumo({"compare", folder_, "--plot", folder_ + "/no/where.svg"});
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_EQ(ran.err, "prumo: " + folder_ +
                         "/no/where.svg: No such file or directory; name another file with "
                         "--plot\n");
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  ran = run_prumo({"compare", folder_, "--plot", folder_ + "/c.svg"});
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_EQ(ran.err,
            "prumo: --plot needs gnuplot, which is not installed; apt install gnuplot-nox\n");
  EXPECT_FALSE(fs::exists(folder_ + "/c.svg"));
}

}  // namespace
}  // namespace prumo::cli
