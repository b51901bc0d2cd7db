// A VM that runs on two hosts is found and reported by both, whoever started it; one that has moved
// is not.

#include <gtest/gtest.h>

#include <utility>

#include "tests/unit/peer/hot_host.h"

namespace prumo::test {
namespace {

struct TwinsTest : testing::Test {
  World w{{"h1", "h2", "h3"}};
  const VmId vm{"a"};
  void SetUp() override {
    w.add_vm("h1", "a", 10);
    w.add_vm("h2", "b", 10);
    w.run(10s);
  }
  void start_at(const std::string& host) {
    Domain copy = w.at("h1").domains.at(vm);
    w.at(host).domains[vm] = copy;
  }
  bool reported(const std::string& host) { return w.at(host).disk.operator_needed.contains(vm); }
};

TEST_F(TwinsTest, BothHostsReportAVmThatRunsTwice) {
  start_at("h2");
  ASSERT_TRUE(w.run_until([&] { return reported("h1") && reported("h2"); }, 30s));
  EXPECT_FALSE(reported("h3"));
  const std::string why = w.at("h1").disk.operator_needed.at(vm);
  EXPECT_NE(why.find("runs here and on h2"), std::string::npos) << why;
}

TEST_F(TwinsTest, OneThatNoLongerRunsWhenAskedIsReportedByNobody) {
  bool asked = false;
  w.lose = [&](const HostId&, const HostId&, const Message& m) {
    if (std::holds_alternative<RunsHere>(m) && !std::exchange(asked, true))
      w.at("h2").domains.erase(vm);  // between the question and the look
    return false;
  };
  start_at("h2");
  w.run(30s);
  EXPECT_TRUE(asked);
  EXPECT_FALSE(reported("h1"));
  EXPECT_FALSE(reported("h2"));
}

TEST_F(TwinsTest, ThePausedAndTheTravellingAreNone) {
  start_at("h2");
  w.at("h2").domains[vm].state = DomainState::kPaused;
  start_at("h3");
  w.at("h3").domains[vm].job = Job::kOther;
  w.run(30s);
  EXPECT_FALSE(reported("h1"));
  EXPECT_FALSE(reported("h2"));
}

TEST_F(TwinsTest, WhatPrumoMovesElsewhereRunsHereUntilItHasLeft) {
  w.never_ends = true;
  w.tell("h1", OperatorRequest{MoveByHand{1, vm, HostId("h3"), "", false}});
  ASSERT_TRUE(w.run_until([&] { return !w.effects<StartMigration>("h1").empty(); }, 10s));
  start_at("h2");
  w.at("h2").domains[vm].job = Job::kNone;
  EXPECT_TRUE(w.run_until([&] { return reported("h1") && reported("h2"); }, 30s));
}

TEST_F(TwinsTest, WhatPrumoMovesMayRunWhereItGoesBeforeTheSourceHears) {
  w.never_ends = true;
  w.tell("h1", OperatorRequest{MoveByHand{1, vm, HostId("h2"), "", false}});
  ASSERT_TRUE(w.run_until([&] { return !w.effects<StartMigration>("h1").empty(); }, 10s));
  start_at("h2");
  w.at("h2").domains[vm].job = Job::kNone;
  w.run(30s);
  EXPECT_FALSE(reported("h1"));
  EXPECT_FALSE(reported("h2"));
}

TEST_F(TwinsTest, WhoTellsOfAVmThatIsNotHereGetsNoAnswer) {
  w.send("h1", "h3", RunsHere{vm, 1});
  w.send("h1", "h3", RunsHere{vm, 3});
  w.run(10s);
  EXPECT_TRUE(w.sent<RunsHere>("h3").empty());
  EXPECT_FALSE(reported("h3"));
}

TEST_F(TwinsTest, AnAnswerIsNotPutBackByAQuestionBehindIt) {
  w.send("h2", "h1", RunsHere{vm, 2});
  w.send("h2", "h1", RunsHere{vm, 1});
  w.run(5s);
  EXPECT_TRUE(reported("h1"));
}

TEST_F(TwinsTest, WhatAnOperatorHasSettledIsReportedAgainWhileItLasts) {
  start_at("h2");
  ASSERT_TRUE(w.run_until([&] { return reported("h1") && reported("h2"); }, 30s));
  w.tell("h1", OperatorRequest{Settled{vm}});
  ASSERT_TRUE(w.run_until([&] { return !reported("h1"); }, 5s));
  EXPECT_TRUE(w.run_until([&] { return reported("h1"); }, 30s));
}

}  // namespace
}  // namespace prumo::test
