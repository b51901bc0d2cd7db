// `prumo explain` and `prumo why` against a daemon with canned answers.

#include <gtest/gtest.h>

#include "policy/plan.h"
#include "src/wire/snapshot_json.h"
#include "tests/unit/cli/fake_daemon.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

policy::Host snapshot_host(const char* id, double cpu) {
  policy::Host h;
  h.id = HostId(id);
  h.capacity = {16, 65536, 1000};
  h.usage = {cpu, 10'000, 10};
  for (int i = 0; i < 5; ++i) h.samples.push_back(h.usage);
  return h;
}

policy::Vm vm(const char* name, double cpu, double image) {
  policy::Vm v;
  v.id = VmId(std::string("id-") + name);
  v.name = name;
  v.host = HostId("h1");
  v.usage = {cpu, 1000, 1};
  v.image_mib = image;
  return v;
}

/// Round 7.31: web3 left h1 for h3; web2 would have been dearer, and h4 was nearly full.
policy::RoundInput round() {
  policy::RoundInput input;
  input.snapshot.hosts = {snapshot_host("h1", 15), snapshot_host("h2", 3), snapshot_host("h3", 10),
                          snapshot_host("h4", 13)};
  input.snapshot.hosts[0].closed = policy::kOverloadedItself;
  input.snapshot.vms = {vm("web3", 2.7, 51), vm("web2", 6, 82)};
  input.asking = {{HostId("h1"), false}};
  return input;
}

json decision(const policy::RoundInput& input) {
  const policy::Relief relief = policy::decide(input).at(0);
  json moves = json::array();
  for (const policy::Move& m : relief.moves)
    moves.push_back({{"vm", m.vm.value},
                     {"name", m.name},
                     {"from", m.from.value},
                     {"to", m.to.value},
                     {"cost", m.cost.as_double()},
                     {"volume", m.volume.as_double()}});
  return {{"found", true},
          {"round", "7.31"},
          {"time", "2026-03-04T14:02:11.402+01:00"},
          {"by", "h5"},
          {"host", "h1"},
          {"moves", moves},
          {"explanation", wire::to_json(relief.explanation)}};
}

struct Explain : ::testing::Test {
  FakeDaemon daemon;
  Explain() {
    json basis = wire::to_json(round());
    basis["found"] = true;
    basis["round"] = "7.31";
    basis["settings"] = {{"mu", 0.6},
                         {"overload", 0.9},
                         {"target", 0.85},
                         {"work_limit", 200'000},
                         {"objective", "fewest-vms"}};
    daemon.answers["basis"] = basis;
    daemon.answers["explain"] = decision(round());
  }
};

TEST_F(Explain, TellsOfARoundAndItsMove) {
  EXPECT_EQ(run_prumo({"explain", "--round", "7.31"}, daemon).out,
            "Round 7.31, 14:02:11, by h5: web3 from h1 to h3\n"
            "  h1 was overloaded: cpu 0.938 > 0.900\n"
            "  web3 goes to h3: cheapest, and enough, to the fullest host that fits\n"
            "  VM     VOLUME     IMAGE    COST  h1 WITHOUT IT\n"
            "  web3     1.22    51 MiB   11.47  cpu 0.769      leaves: cheapest, and enough\n"
            "  web2     1.63    82 MiB   17.09  cpu 0.563      would do, dearer\n"
            "  Where web3 fits, fullest first\n"
            "  h4    no   cpu 0.981 > 0.850, lacks 2.1 cores\n"
            "  h3    yes  cpu 0.794, memory 0.168       chosen: the fullest that fits\n"
            "  h2    yes  cpu 0.356, memory 0.168       kept free for something bigger\n");
  EXPECT_EQ(daemon.asked, std::vector<std::string>{"explain round:7.31"});
}

TEST_F(Explain, ToldInFullAsksWhatTheRoundWasDecidedOn) {
  const Ran ran = run_prumo({"explain", "h1", "--full", "--format", "json"}, daemon);
  EXPECT_EQ(daemon.asked, (std::vector<std::string>{"explain h1", "basis 7.31"}));
  EXPECT_EQ(json::parse(ran.out).at("explanation").at("left_out"), 0);
}

TEST_F(Explain, ToldInFullMakesDoWithWhatIsKept) {
  daemon.answers["basis"] = json{{"found", false}};
  const Ran ran = run_prumo({"explain", "h1", "--full"}, daemon);
  EXPECT_EQ(ran.exit, kDone);
  EXPECT_NE(ran.out.find("web3 from h1 to h3"), std::string::npos);
}

TEST_F(Explain, WithTheSettingsItHadDecidesTheSame) {
  const Ran ran = run_prumo({"explain", "h1", "--set", "target=0.85", "--format", "json"}, daemon);
  const json out = json::parse(ran.out);
  EXPECT_EQ(out.at("differs"), false);
  EXPECT_EQ(out.at("settings"), json::object());
  EXPECT_EQ(out.at("then"), out.at("now"));
  EXPECT_EQ(out.at("now").at("explanation").at(0), decision(round()).at("explanation"));
}

TEST_F(Explain, WithOtherSettingsShowsTheDifference) {
  const Ran ran = run_prumo({"explain", "h1", "--set", "target=0.6", "--set", "mu=0.4"}, daemon);
  EXPECT_EQ(ran.out.substr(0, ran.out.find("\n\n")),
            "Round 7.31 decided again with mu 0.4 (then 0.6), target 0.6 (then 0.85)\n"
            "HOST  SETTINGS  DECISION\n"
            "h1    then      web3 from h1 to h3\n"
            "      these     web2 from h1 to h2");
}

TEST_F(Explain, SaysWhoWouldAskTooAndWhoWouldNot) {
  const Ran lower = run_prumo({"explain", "--set", "overload=0.8", "--set", "target=0.7"}, daemon);
  EXPECT_NE(
      lower.out.find("h4    then      did not ask\n"
                     "      these     would ask too: cpu 0.813 > 0.800; its VMs are not in this\n"
                     "                snapshot\n"),
      std::string::npos)
      << lower.out;
  const Ran higher = run_prumo({"explain", "--set", "overload=0.95"}, daemon);
  EXPECT_NE(higher.out.find("would not ask: cpu 0.938 is at most 0.950"), std::string::npos)
      << higher.out;
}

TEST_F(Explain, RefusesInOneLineWhatCannotBeTried) {
  for (const auto& [setting, why] : std::vector<std::pair<std::string, std::string>>{
           {"relief.cooldown=5min", "one round can be tried with other mu, overload"},
           {"nonsense=1", "one round can be tried with other mu, overload"},
           {"target", "write it as target=0.8"},
           {"target=7", "out of range"},
           {"target=0.95", "below"}}) {
    const Ran ran = run_prumo({"explain", "--set", setting}, daemon);
    EXPECT_EQ(ran.exit, kUsage) << setting;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    EXPECT_NE(ran.err.find(why), std::string::npos) << ran.err;
  }
  daemon.answers["basis"] = json{{"found", false}};
  EXPECT_NE(run_prumo({"explain", "--set", "target=0.8"}, daemon).err.find("is not kept any more"),
            std::string::npos);
}

TEST_F(Explain, TellsAContradictionOfWhatWasGiven) {
  EXPECT_EQ(run_prumo({"explain", "--set", "overload=0.8", "--set", "mu=0.4"}, daemon)
                .err.find("prumo: --set overload=0.8 --set mu=0.4: policy.target = 0.85 must be "
                          "below policy.overload = 0.8;"),
            0U);
}

TEST_F(Explain, HasNoSnapshotOfARoundThatIsNotRemembered) {
  daemon.answers["explain"] = json{{"found", false}};
  for (const std::vector<std::string>& wanted :
       {std::vector<std::string>{"--snapshot"}, std::vector<std::string>{"--set", "mu=0.4"}}) {
    std::vector<std::string> arguments{"explain", "--round", "9.9"};
    arguments.insert(arguments.end(), wanted.begin(), wanted.end());
    const Ran ran = run_prumo(arguments, daemon);
    EXPECT_EQ(ran.exit, kFailed);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err,
              "prumo: no decision of round 9.9 is remembered; prumo explain shows the last one\n");
  }
}

TEST_F(Explain, PrintsASnapshotThatPlanReads) {
  const Ran ran = run_prumo({"explain", "--round", "7.31", "--snapshot"}, daemon);
  const auto snapshot = wire::parse_snapshot(ran.out);
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_EQ(*snapshot, round().snapshot);
}

TEST_F(Explain, TellsOfEachHostThatAskedInTheRound) {
  json answer = decision(round());
  answer["others"] = json::array({decision(round())});
  answer["left_out"] = {"h8", "h9"};
  daemon.answers["explain"] = answer;
  const std::string out = run_prumo({"explain", "--round", "7.31"}, daemon).out;
  EXPECT_NE(out.find("web3", out.find("\n\nRound 7.31")), std::string::npos);
  EXPECT_NE(out.find("too long to be told here: h8, h9"), std::string::npos);
}

struct Why : Explain {
  json answer{
      {"vm", "web3"},
      {"now", {{{"id", "id-web3"}, {"name", "web3"}, {"host", "h3"}, {"state", "running"}}}},
      {"hosts", {{{"id", "h3"}, {"cpu", 0.794}, {"memory", 0.17}, {"network", 0.01}}}},
      {"limits", {{"overload", 0.9}, {"target", 0.85}}},
      {"migrations",
       {{{"op", "7.31.0"}, {"outcome", "done"}, {"total_s", 1.31}, {"downtime_ms", 65}}}}};
  json part(const std::string& id) {
    json d = decision(round());
    json& e = d["explanation"];
    json vms = json::array();
    json pairs = json::array();
    for (const json& v : e["vms"])
      if (v["vm"] == id) vms.push_back(v);
    for (const json& p : e["pairs"])
      if (p["vm"] == id) pairs.push_back(p);
    e["vms"] = vms;
    e["pairs"] = pairs;
    return d;
  }
  std::string told(const std::string& id) {
    answer["decisions"] = json::array({part(id)});
    daemon.answers["why"] = answer;
    return run_prumo({"why", "web3"}, daemon).out;
  }
};

TEST_F(Why, OfAVmThatMoved) {
  EXPECT_EQ(told("id-web3"),
            "web3 is on h3, running. h3 is not overloaded (cpu 0.794, limit 0.900): nothing\n"
            "  has to leave it.\n"
            "\n"
            "Round 7.31, 14:02:11, by h5: left h1 for h3\n"
            "  h1 was overloaded: cpu 0.938 > 0.900\n"
            "  chosen: cheapest, and enough (cost 11.47, image 51 MiB, without it h1 cpu\n"
            "    0.769)\n"
            "  Where web3 fits, fullest first\n"
            "  h4    no   cpu 0.981 > 0.850, lacks 2.1 cores\n"
            "  h3    yes  cpu 0.794, memory 0.168       chosen: the fullest that fits\n"
            "  h2    yes  cpu 0.356, memory 0.168       kept free for something bigger\n"
            "  migration 7.31.0 done, total 1.31 s, downtime 65 ms\n");
  EXPECT_EQ(daemon.asked, std::vector<std::string>{"why web3"});
}

TEST_F(Why, OfAVmThatStayed) {
  const std::string out = told("id-web2");
  EXPECT_NE(out.find("Round 7.31, 14:02:11, by h5: stayed on h1; left instead: web3 to h3\n"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find("why: would do, dearer (cost 17.09"), std::string::npos) << out;
}

TEST_F(Why, SaysWhatKeepsAVmAtPresent) {
  answer["now"][0]["pinned"] = "passthrough device";
  EXPECT_NE(told("id-web2").find("It stays: passthrough device."), std::string::npos);
  answer["now"][0]["needs_operator"] = "paused on both";
  EXPECT_NE(told("id-web2").find("It needs an operator: paused on both"), std::string::npos);
}

TEST_F(Why, AsksForAnIdWhereANameIsNotEnough) {
  answer["now"].push_back({{"id", "other"}, {"name", "web3"}, {"host", "h2"}});
  const std::string out = told("id-web3");
  EXPECT_EQ(out.substr(0, 24), "2 VMs are called web3:\n ") << out;
  EXPECT_NE(out.find("  prumo why other   on h2\n"), std::string::npos) << out;
}

TEST_F(Why, BearsAnAnswerOfAnotherShape) {
  for (const json& odd :
       {json::object(), json{{"now", 7}, {"decisions", {1, "x", json::object()}}}}) {
    daemon.answers["why"] = odd;
    EXPECT_EQ(run_prumo({"why", "web3"}, daemon).exit, kDone);
  }
}

}  // namespace
}  // namespace prumo::cli
