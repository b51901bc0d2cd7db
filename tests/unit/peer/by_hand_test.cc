// What an operator orders by hand: which fences hold it, and which only hold a coordinator.

#include "src/peer/by_hand.h"

#include <gtest/gtest.h>

#include "src/peer/tables.h"
#include "tests/unit/peer/world.h"

namespace prumo {
namespace {

using test::World;

struct ByHand : testing::Test {
  World w{{"h1", "h2", "h3"}};

  void SetUp() override {
    w.add_vm("h1", "a", 20);
    w.add_vm("h1", "b", 10);
    settle();
  }
  void settle() {
    ASSERT_TRUE(w.run_until([this] { return !w.coordinator().empty(); }, 60s));
    w.run(5s);
  }
  void restart_all() {
    for (const char* host : {"h1", "h2", "h3"}) w.crash(host);
    for (const char* host : {"h1", "h2", "h3"}) w.start(host);
    settle();
  }
  /// The peer's word, once what it rests on is stored.
  Verdict verdict(const std::string& host, const Operator& what) {
    const std::size_t before = w.effects<Verdict>(host).size();
    w.tell(host, OperatorRequest{what});
    EXPECT_TRUE(w.run_until([&] { return w.effects<Verdict>(host).size() > before; }, 1s));
    return w.effects<Verdict>(host).back();
  }
  Verdict order(const std::string& vm, const std::string& from, const std::string& to) {
    return verdict(from, MoveByHand{1, VmId(vm), HostId(to), "", false});
  }
  bool moved(const std::string& vm, const std::string& to) {
    return w.run_until([&] { return w.runs_at(vm, to); }, 20s);
  }
  MigrationFinished ended(const std::string& host) {
    const std::size_t before = w.notes<note::Finished>(host).size();
    EXPECT_TRUE(w.run_until([&] { return w.notes<note::Finished>(host).size() > before; }, 20s));
    return w.notes<note::Finished>(host).back().report;
  }
};

TEST_F(ByHand, TheVmMovesThroughARecordAtTheSourceAndASlotAtTheDestination) {
  const Verdict v = order("a", "h1", "h3");
  ASSERT_TRUE(v.yes) << v.why;
  EXPECT_TRUE(by_hand(v.op));
  ASSERT_TRUE(w.at("h1").disk.operation) << "stored before it is said";
  EXPECT_EQ(w.at("h1").disk.operation->op, v.op);
  ASSERT_TRUE(moved("a", "h3"));
  const auto started = w.effects<StartMigration>("h1");
  ASSERT_EQ(started.size(), 1U);
  EXPECT_EQ(started[0].op, v.op);
  w.run(3s);
  EXPECT_EQ(w.at("h3").disk.slot.state, gossip::SlotState::kSettling);
  EXPECT_EQ(w.at("h3").disk.slot.op, v.op);
  EXPECT_EQ(w.notes<note::Finished>("h1").back().report.outcome, Outcome::kDone);
  EXPECT_TRUE(w.at("h1").disk.unreported.empty()) << "the coordinator is told as ever";
  EXPECT_TRUE(w.at("h1").disk.releases.empty());
}

/// Two hosts that had it may both take it for theirs, until they have looked.
TEST_F(ByHand, WhatAnOperatorHasJustSettledStaysForAMoment) {
  w.add_vm("h2", "a", 1);
  const auto reported = [&](const char* host) {
    return w.at(host).disk.operator_needed.contains(VmId("a"));
  };
  ASSERT_TRUE(w.run_until([&] { return reported("h1") && reported("h2"); }, 60s));
  w.at("h2").domains.erase(VmId("a"));
  for (const char* host : {"h1", "h2"}) w.tell(host, OperatorRequest{Settled{VmId("a")}});
  EXPECT_FALSE(order("a", "h1", "h3").yes);
  EXPECT_FALSE(order("a", "h2", "h3").yes) << "it is not even there";
  w.run(w.parameters.relief.lost_after / 3);
  EXPECT_TRUE(order("a", "h1", "h3").yes);
}

TEST_F(ByHand, ItTakesTheOperatorsWordsAlong) {
  ASSERT_TRUE(verdict("h1", MoveByHand{1, VmId("a"), HostId("h2"), "method=auto", false}).yes);
  ASSERT_TRUE(moved("a", "h2"));
  EXPECT_EQ(w.effects<StartMigration>("h1").back().words, "method=auto");
}

TEST_F(ByHand, NoCoordinatorIsNeeded) {
  w.lose = [](const HostId&, const HostId&, const Message& m) {
    return std::holds_alternative<election::Message>(m);
  };
  ASSERT_TRUE(w.run_until([this] { return w.coordinator().empty(); }, 60s));
  ASSERT_TRUE(order("a", "h1", "h3").yes);
  EXPECT_TRUE(moved("a", "h3"));
}

TEST_F(ByHand, AdviseModeHoldsNeitherEnd) {
  for (const char* host : {"h1", "h2", "h3"})
    w.tell(host, OperatorRequest{SetMode{gossip::Mode::kAdvise}});
  ASSERT_TRUE(order("a", "h1", "h3").yes);
  EXPECT_TRUE(moved("a", "h3"));
}

TEST_F(ByHand, APauseHoldsItAndSaysWhatToDo) {
  w.tell("h2", OperatorRequest{SetPause{true, 7}});
  w.run(3s);
  const Verdict v = order("a", "h1", "h3");
  EXPECT_FALSE(v.yes);
  EXPECT_NE(v.why.find("paused by h2; prumo resume"), std::string::npos) << v.why;
  EXPECT_TRUE(w.sent<Reserve>("h1").empty());
}

TEST_F(ByHand, APauseThatComesBeforeTheStartStillHoldsIt) {
  w.lose_every<Reserved>();
  ASSERT_TRUE(order("a", "h1", "h3").yes);
  const OpId op = w.at("h1").disk.operation->op;
  w.tell("h1", OperatorRequest{SetPause{true, 7}});
  w.lose = nullptr;
  w.send("h3", "h1", Reserved{op, "test:///default", ""});
  EXPECT_EQ(ended("h1").outcome, Outcome::kDropped);
  EXPECT_TRUE(w.effects<StartMigration>("h1").empty());
}

TEST_F(ByHand, TheDestinationRefusesWithItsReasonAndNothingIsAvoidedForIt) {
  w.add_vm("h3", "big", 70);
  w.run(10s);
  ASSERT_TRUE(order("a", "h1", "h3").yes);
  const MigrationFinished report = ended("h1");
  EXPECT_EQ(report.outcome, Outcome::kRefused);
  EXPECT_EQ(report.reason, "cpu 0.900 > 0.850");
  EXPECT_TRUE(w.at("h1").disk.avoided.empty());
  ASSERT_TRUE(order("a", "h1", "h2").yes) << "at once";
  EXPECT_TRUE(moved("a", "h2"));
}

TEST_F(ByHand, AHostCarriesOutOneOperationAtATime) {
  w.never_ends = true;
  const Verdict first = order("a", "h1", "h3");
  ASSERT_TRUE(first.yes);
  w.run(2s);
  const Verdict second = order("b", "h1", "h2");
  EXPECT_FALSE(second.yes);
  EXPECT_NE(second.why.find("prumo abort " + to_string(first.op)), std::string::npos) << second.why;
  const Verdict from_receiver = order("a", "h3", "h2");
  EXPECT_FALSE(from_receiver.yes);
  EXPECT_NE(from_receiver.why.find("receiving name-a from h1"), std::string::npos)
      << from_receiver.why;
}

TEST_F(ByHand, ACooldownHoldsIt) {
  ASSERT_TRUE(order("a", "h1", "h3").yes);
  ASSERT_TRUE(moved("a", "h3"));
  w.run(60s);
  const Verdict back = order("a", "h3", "h1");
  EXPECT_FALSE(back.yes);
  EXPECT_NE(back.why.find("moved or tried to lately"), std::string::npos) << back.why;
  w.run(70s);
  ASSERT_TRUE(order("a", "h3", "h1").yes);
  EXPECT_TRUE(moved("a", "h1"));
}

TEST_F(ByHand, WhatHoldsACoordinatorBackAPersonOverrules) {
  w.parameters.relief.ignore = {"*"};
  w.parameters.relief.most_per_hour = 1;
  restart_all();
  w.outcome = MigrationEnded::How::kAborted;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(order("a", "h1", "h3").yes);
    EXPECT_EQ(ended("h1").outcome, Outcome::kAborted);
    w.run(121s);  // its cooldown
  }
  const DurableState& durable = w.peer("h1").durable();
  ASSERT_NE(avoided(durable, VmId("a"), HostId("h3"), w.now), nullptr);
  ASSERT_NE(left_alone(durable, VmId("a"), w.now), nullptr);
  w.outcome = MigrationEnded::How::kDone;
  const Verdict v = order("a", "h1", "h3");
  ASSERT_TRUE(v.yes) << v.why;
  EXPECT_TRUE(moved("a", "h3"));
}

TEST_F(ByHand, WhatCanNotBeIsSaidAtOnce) {
  EXPECT_NE(order("nobody", "h1", "h3").why.find("does not run on h1"), std::string::npos);
  EXPECT_NE(order("a", "h1", "h9").why.find("no member is called \"h9\""), std::string::npos);
  EXPECT_NE(order("a", "h1", "h1").why.find("it is on h1 already"), std::string::npos);
  w.crash("h3");
  w.run(60s);
  EXPECT_NE(order("a", "h1", "h3").why.find("h3 is dead"), std::string::npos);
  w.at("h1").domains[VmId("a")].pinned = "passthrough device";
  w.run(2s);
  EXPECT_NE(order("a", "h1", "h2").why.find("passthrough device"), std::string::npos);
  EXPECT_TRUE(w.sent<Reserve>("h1").empty());
}

TEST_F(ByHand, WhatCanNotBeStoredIsNotBegun) {
  w.at("h1").disk_fails = true;
  const Verdict v = order("a", "h1", "h3");
  EXPECT_FALSE(v.yes);
  EXPECT_NE(v.why.find("can't be stored"), std::string::npos) << v.why;
  EXPECT_TRUE(w.sent<Reserve>("h1").empty());
}

TEST_F(ByHand, ARestartBeforeTheStartDropsItAndIdsNeverRepeat) {
  w.lose_every<Reserved>();
  const Verdict first = order("a", "h1", "h3");
  ASSERT_TRUE(first.yes);
  w.crash("h1");
  w.start("h1");
  w.lose = nullptr;
  settle();
  ASSERT_FALSE(w.notes<note::Finished>("h1").empty());
  EXPECT_EQ(w.notes<note::Finished>("h1").back().report.outcome, Outcome::kDropped);
  ASSERT_TRUE(
      w.run_until([this] { return w.at("h3").disk.slot.state == gossip::SlotState::kFree; }, 60s));
  const Verdict second = order("a", "h1", "h3");
  ASSERT_TRUE(second.yes) << second.why;
  EXPECT_NE(first.op, second.op);
  EXPECT_NE(hand_op(HostId("h1"), 1, 1), hand_op(HostId("h2"), 1, 1));
  EXPECT_NE(hand_op(HostId("h1"), 1, 2), hand_op(HostId("h1"), 2, 1));
  EXPECT_TRUE(moved("a", "h3"));
}

TEST_F(ByHand, ADryRunChangesNothing) {
  const DurableState before = w.peer("h1").durable();
  const Verdict v = verdict("h1", MoveByHand{1, VmId("a"), HostId("h3"), "", true});
  EXPECT_TRUE(v.yes);
  EXPECT_EQ(v.op, OpId{});
  const Reserve offer{{}, VmId("a"), "name-a", {20, 4, 0}, 4, false};
  EXPECT_TRUE(verdict("h3", WouldTake{2, HostId("h1"), offer}).yes);
  const Reserve too_big{{}, VmId("a"), "name-a", {20, 4, 0}, 4000, false};
  const Verdict no = verdict("h3", WouldTake{3, HostId("h1"), too_big});
  EXPECT_FALSE(no.yes);
  EXPECT_NE(no.why.find("available memory"), std::string::npos) << no.why;
  EXPECT_EQ(w.peer("h1").durable(), before);
  EXPECT_EQ(w.peer("h3").durable().slot.state, gossip::SlotState::kFree);
}

/// Whose moves, by hand or not, end badly for their VM.
struct LeftAloneTest : ByHand {
  const LeftAlone* entry() {
    const auto& table = w.at("h1").disk.left_alone;
    return table.empty() ? nullptr : &table.front();
  }
  void end_badly(MigrationEnded::How how) {
    w.outcome = how;
    ASSERT_TRUE(order("a", "h1", "h3").yes);
    (void)ended("h1");
  }
};

TEST_F(LeftAloneTest, AVmThatStallsOrIsAbortedIsLeftAloneTwiceAsLongEachTime) {
  end_badly(MigrationEnded::How::kGivenUp);
  ASSERT_NE(entry(), nullptr);
  EXPECT_EQ(entry()->until.full, 2min);
  w.run(121s);
  end_badly(MigrationEnded::How::kAborted);
  w.run(1s);
  ASSERT_NE(entry(), nullptr);
  EXPECT_EQ(entry()->until.full, 4min);
  w.run(121s);  // its cooldown is over, the rest is not
  w.add_vm("h1", "hot", 75);
  ASSERT_TRUE(w.run_until([this] { return !w.sent<VmInfo>("h1").empty(); }, 60s));
  std::string pinned;
  const VmInfo asked = w.sent<VmInfo>("h1").back();
  for (const VmFigures& vm : asked.vms)
    if (vm.id == VmId("a")) pinned = vm.pinned;
  EXPECT_NE(pinned.find("left alone for"), std::string::npos) << pinned;
  EXPECT_FALSE(w.peer("h1").status(w.now).left_alone.empty());
}

TEST_F(LeftAloneTest, ThatIsDurableAndForgottenOnceItHasMigrated) {
  end_badly(MigrationEnded::How::kAborted);
  w.run(1s);
  w.crash("h1");
  w.start("h1");
  settle();
  ASSERT_NE(entry(), nullptr);
  w.outcome = MigrationEnded::How::kDone;
  w.run(121s);
  ASSERT_TRUE(order("a", "h1", "h3").yes);
  ASSERT_TRUE(moved("a", "h3"));
  w.run(2s);
  EXPECT_EQ(entry(), nullptr);
}

TEST_F(LeftAloneTest, AFailureOfAnotherKindRestsForTheCooldownAlone) {
  end_badly(MigrationEnded::How::kFailed);
  w.run(1s);
  EXPECT_EQ(entry(), nullptr);
}

TEST_F(LeftAloneTest, AbortedBeforeItStartsItIsLeftAloneToo) {
  w.lose_every<Reserve>();
  const Verdict v = order("a", "h1", "h3");
  ASSERT_TRUE(v.yes);
  w.tell("h1", OperatorRequest{AbortOperation{v.op}});
  w.run(1s);
  EXPECT_NE(entry(), nullptr);
}

TEST_F(LeftAloneTest, ADaemonThatLeavesHasAbortedNothing) {
  w.lose_every<Reserve>();
  ASSERT_TRUE(order("a", "h1", "h3").yes);
  w.tell("h1", OperatorRequest{Shutdown{}});
  w.run(1s);
  EXPECT_EQ(entry(), nullptr);
}

}  // namespace
}  // namespace prumo
