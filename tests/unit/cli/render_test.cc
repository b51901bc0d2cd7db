#include "src/cli/render.h"

#include <gtest/gtest.h>

#include <sstream>

#include "src/cli/table.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

json host(const std::string& id, double cpu) {
  return {{"id", id},        {"state", "alive"}, {"cpu", cpu},          {"memory", 0.44},
          {"network", 0.01}, {"vms", 8},         {"slot", "free"},      {"healthy", true},
          {"trouble", ""},   {"mode", "auto"},   {"overloaded", false}, {"coordinator", false}};
}

json status() {
  json h1 = host("h1", 0.93);
  h1["overloaded"] = true;
  h1["sending"] = "web3";
  h1["sending_to"] = "h3";
  json h3 = host("h3", 0.63);
  h3["slot"] = "incoming";
  h3["receiving"] = "web3";
  h3["receiving_from"] = "h1";
  json h4 = host("h4", 0.86);
  h4["state"] = "suspect";
  h4["silent_s"] = 2.1;
  json h5 = host("h5", 0.52);
  h5["coordinator"] = true;
  h5["slot"] = "settling";
  h5["slot_remaining_s"] = 9.2;
  return {{"cluster", "0123456789abcdef0123456789abcdef"},
          {"asked", "h1"},
          {"coordinator", "h5"},
          {"coordinator_for_s", 720.0},
          {"epoch", 7},
          {"mode", "auto"},
          {"paused", false},
          {"store_ok", true},
          {"admitted", true},
          {"limits", {{"overload", 0.9}, {"target", 0.85}}},
          {"hosts", {h1, host("h2", 0.18), h3, h4, h5}},
          {"last_decision", {{"round", "7.31"}, {"age_s", 4.0}, {"host", "h1"}}},
          {"unanswered", json::array()}};
}

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) most = std::max(most, columns_of(line));
  return most;
}

TEST(Status, TellsTheClusterThenEachHostAndWhatItDoes) {
  EXPECT_EQ(
      render_status(status(), {120, false}),
      "cluster 01234567   5 hosts, 40 VMs   coordinator h5 for 12 min (epoch 7)   mode auto\n"
      "HOST  STATE    CPU             MEMORY          NETWORK         VMS  NOW\n"
      "h1    alive    #########   93  ####        44               1    8  overloaded, web3 leaves "
      "for h3\n"
      "h2    alive    ##          18  ####        44               1    8  free\n"
      "h3    alive    ######      63  ####        44               1    8  receives web3 from h1\n"
      "h4    suspect  #########   86  ####        44               1    8  silent for 2.1 s\n"
      "h5    alive    #####       52  ####        44               1    8  coordinator, settling "
      "for 9.2 s\n"
      "Smoothed percent of capacity. Limits: overload 90, target 85. Last decision: round 7.31, 4 "
      "s ago "
      "(prumo explain h1).\n");
}

TEST(Status, NamesTheMomentOfADecisionWhoseAgeIsNotTold) {
  json timed = status();
  timed["last_decision"] = {{"round", "7.31"}, {"time", "2026-03-04T14:02:11.402+01:00"}};
  EXPECT_NE(render_status(timed, {120, false}).find("Last decision: round 7.31, at 14:02:11."),
            std::string::npos);
}

TEST(Status, IsNeverWiderThanTheTerminal) {
  json wide = status();
  wide["hosts"][0]["trouble"] =
      "libvirt does not answer since 14:02:11; look at systemctl status libvirtd";
  for (const int width : {80, 100, 132}) {
    const std::string text = render_status(wide, {width, false});
    EXPECT_LE(widest(text), static_cast<std::size_t>(width)) << text;
  }
}

TEST(Status, ColoursOnATerminalOnly) {
  EXPECT_EQ(render_status(status(), {80, false}).find('\x1b'), std::string::npos);
  EXPECT_NE(render_status(status(), {80, true}).find("\x1b[31m"), std::string::npos);
}

TEST(Status, SaysWhatKeepsTheClusterFromMoving) {
  json stopped = status();
  stopped["coordinator"] = nullptr;
  stopped["paused"] = true;
  stopped["paused_by"] = "h2";
  stopped["store_ok"] = false;
  stopped["unanswered"] = {"h4"};
  const std::string text = render_status(stopped, {80, false});
  EXPECT_NE(text.find("no coordinator, so no VM is moved"), std::string::npos);
  EXPECT_NE(text.find("PAUSED by h2 (prumo resume)"), std::string::npos);
  EXPECT_NE(text.find("h1 can't store its state"), std::string::npos);
  EXPECT_NE(text.find("Did not answer in time: h4."), std::string::npos);
}

TEST(Rendering, BearsAnyJson) {
  for (
      const char* text :
      {"null", "[]", "7", "{}", R"({"hosts":7,"vms":null,"running":"x"})",
       R"({"hosts":[null,7,{}]})",
       R"({"vms":[[],{"name":7}],"past":[{}],"running":[{"percent":"x"}]})", R"({"found":true})",
       R"({"found":true,"explanation":{"vms":[7]},"moves":[7]})",
       R"({"hosts":[{"id":7,"cpu":"x","slot":7,"vms":-1e308}],"limits":[],"last_decision":{"x":1}})"}) {
    const json any = json::parse(text);
    for (const auto render :
         {render_status, render_hosts, render_vms, render_migrations, render_event})
      EXPECT_FALSE(render(any, {80, true}).empty()) << text;
    EXPECT_FALSE(render_explanation(any, {80, true}).empty()) << text;
  }
}

TEST(Rendering, LetsNoControlCharactersThrough) {
  json evil = status();
  evil["hosts"][0]["sending"] = "web\x1b[2J\nfree";
  const std::string text = render_status(evil, {80, false});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(render_event({{"text", "a\nb\x07"}}, {80, false}).find("a\nb"), std::string::npos);
}

TEST(Vms, SayWhyAVmStays) {
  const json answer{
      {"vms",
       {{{"name", "db1"},
         {"host", "h1"},
         {"state", "running"},
         {"cpu", 1.5},
         {"memory_mib", 512},
         {"image_mib", 388.4},
         {"pinned", "passthrough device"}},
        {{"name", "web3"},
         {"id", "u-3"},
         {"host", "h3"},
         {"state", "paused"},
         {"needs_operator", "paused on both hosts"}},
        {{"name", "web4"}, {"host", "h3"}, {"state", "running"}, {"cooldown_s", 90}}}}};
  const std::string text = render_vms(answer, {100, false});
  EXPECT_NE(
      text.find("db1   h1    running   1.50  512       0        388  stays: passthrough device"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("\nweb3 on h3 needs an operator: paused on both hosts\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("moved or tried to lately, stays for"), std::string::npos) << text;
  EXPECT_EQ(render_vms({{"vms", json::array()}}, {80, false}), "No VMs.\n");
  EXPECT_EQ(render_vms({{"vms", json::array()}, {"away", {"h4", "h5"}}}, {80, false}),
            "No VMs.\nNot shown: what runs on h4, h5, not heard of now (prumo status).\n");
}

TEST(Vms, SayTheLongerOfTwoReasonsToStay) {
  json vm{{"name", "db1"},
          {"host", "h1"},
          {"cooldown_s", 8},
          {"left_alone_s", 100},
          {"left_alone_why", "it stalled"}};
  const auto told = [&vm] { return render_vms({{"vms", {vm}}}, {120, false}); };
  EXPECT_NE(told().find("left alone for 100 s: it stalled"), std::string::npos) << told();
  vm["cooldown_s"] = 300;
  EXPECT_NE(told().find("moved or tried to lately, stays for 5 min"), std::string::npos) << told();
}

TEST(Migrations, HaveNoFiguresWhenTheyWereNotFinished) {
  const json answer{{"past",
                     {{{"time", "2026-03-04T14:02:12.744+01:00"},
                       {"op", "7.30.0"},
                       {"vm", "db1"},
                       {"from", "h2"},
                       {"to", "h5"},
                       {"outcome", "aborted"},
                       {"total_s", 0.0},
                       {"downtime_ms", 0.0}}}}};
  const std::string text = render_migrations(answer, {80, false});
  EXPECT_NE(text.find("db1  h2    h5      -     -  aborted"), std::string::npos) << text;
}

TEST(Migrations, ShowProgressAndWhatEnded) {
  const json answer{{"running",
                     {{{"op", "7.31.0"},
                       {"vm", "web3"},
                       {"from", "h1"},
                       {"to", "h3"},
                       {"phase", "migrating"},
                       {"remaining_mib", 30.2},
                       {"elapsed_s", 0.6},
                       {"percent", 41}}}},
                    {"past",
                     {{{"time", "2026-03-04T14:02:12.744+01:00"},
                       {"op", "7.30.0"},
                       {"vm", "db1"},
                       {"from", "h2"},
                       {"to", "h5"},
                       {"outcome", "failed"},
                       {"reason", "no route"},
                       {"total_s", 1.31},
                       {"downtime_ms", 65.0}}}}};
  const std::string text = render_migrations(answer, {80, false});
  EXPECT_NE(text.find("7.31.0   web3  h1    h3  ##     41 %        30  0.6 s  migrating"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("14:02:12  7.30.0     db1  h2    h5  1.31 s  65 ms  failed: no route"),
            std::string::npos)
      << text;
  EXPECT_LE(widest(text), 80U);
}

TEST(Events, AreOneLineEach) {
  EXPECT_EQ(render_event({{"time", "2026-03-04T14:02:11.402+01:00"},
                          {"host", "h5"},
                          {"kind", "decided"},
                          {"subject", "7.31"},
                          {"text", "web3 h1 -> h3, cost 11.82"}},
                         {80, false}),
            "14:02:11.402 h5   decided    7.31     web3 h1 -> h3, cost 11.82\n");
}

TEST(Explanation, SaysThatThereIsNone) {
  EXPECT_EQ(
      render_explanation({{"found", false}}, {80, false}),
      "No decision is remembered; hosts ask for relief only when overloaded (prumo\nstatus).\n");
}

TEST(Explanation, IsThatOfThePolicyUnderTheRound) {
  const json utilisation{{"cpu", 0.934}, {"memory", 0.4}, {"network", 0.0}};
  const json answer{{"found", true},
                    {"round", "7.31"},
                    {"time", "2026-03-04T14:02:11.402+01:00"},
                    {"by", "h5"},
                    {"host", "h1"},
                    {"took_us", 80},
                    {"moves", json::array()},
                    {"explanation",
                     {{"host", "h1"},
                      {"utilisation", utilisation},
                      {"overload", "cpu 0.934 > 0.900"},
                      {"conclusion", "no host takes it"},
                      {"vms", json::array()},
                      {"pairs", json::array()},
                      {"nodes", 1},
                      {"limit_reached", false},
                      {"left_out", 0}}}};
  const std::string text = render_explanation(answer, {80, false});
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "No relief for h1 (round 7.31, 14:02:11, by h5): no host takes it");
  EXPECT_NE(text.find("cpu 0.934 > 0.900"), std::string::npos) << text;
}

TEST(Table, CountsCharactersNotBytes) {
  Table table({{"A"}, {"B"}});
  table.add({{"Grüße"}, {"x"}});
  table.add({{"plain"}, {"y"}});
  EXPECT_EQ(table.render({80, false}), "A      B\nGrüße  x\nplain  y\n");
}

TEST(Bar, StaysWithinItsColumns) {
  EXPECT_EQ(bar(0.93, 10), "#########   93");
  EXPECT_EQ(bar(1.5, 5), "##### 150");
  EXPECT_EQ(bar(-1, 5), "        0");
  EXPECT_EQ(bar(std::nan(""), 5), "        0");
  EXPECT_EQ(bar(1e300, 5).size(), 9U);
}

TEST(Age, IsShort) {
  EXPECT_EQ(age(0.42), "0.4 s");
  EXPECT_EQ(age(4), "4 s");
  EXPECT_EQ(age(9.97), "10 s");
  EXPECT_EQ(age(12), "12 s");
  EXPECT_EQ(age(720), "12 min");
  EXPECT_EQ(age(3 * 3600), "3 h");
  EXPECT_EQ(age(5 * 86400), "5 d");
}

}  // namespace
}  // namespace prumo::cli
