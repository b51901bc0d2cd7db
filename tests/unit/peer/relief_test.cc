// Whole relief rounds among a few peers, and what can go wrong in them.

#include <gtest/gtest.h>

#include "src/peer/tables.h"
#include "tests/unit/peer/hot_host.h"

namespace prumo::test {
namespace {

struct Relief : HotHost {
  bool started() { return !w.effects<StartMigration>("h1").empty(); }
};

TEST_F(Relief, AnOverloadedHostIsRelievedAndThenNothingMoves) {
  ASSERT_TRUE(w.run_until([&] { return w.runs_at("b", "h2"); }, 60s));
  w.run(120s);
  EXPECT_EQ(w.coordinator(), "h3");
  EXPECT_EQ(w.effects<StartMigration>("h1").size(), 1U);
  EXPECT_TRUE(w.effects<StartMigration>("h2").empty());
  EXPECT_FALSE(w.at("h1").disk.operation.has_value());
  EXPECT_TRUE(w.at("h1").disk.unreported.empty());
  EXPECT_TRUE(w.at("h1").disk.releases.empty());
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kFree);
  const auto finished = w.notes<note::Finished>("h3");
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].report.outcome, Outcome::kDone);
  EXPECT_EQ(finished[0].report.downtime, 30ms);
}

TEST_F(Relief, WhatWasExpectedIsKeptBesideWhatHappened) {
  for (auto& [id, d] : w.at("h1").domains)
    d.manner = policy::Manner{policy::MethodWish::kAuto, false, 500ms, Duration{0}, 100, 5.0};
  const Domain b = w.at("h1").domains.at(VmId("b"));
  ASSERT_TRUE(w.run_until([&] { return w.at("h1").disk.operation.has_value(); }, 60s));
  const auto expected = policy::forecast(*b.manner, b.image_mib, b.memory_mib);
  ASSERT_TRUE(expected);
  EXPECT_EQ(w.at("h1").disk.operation->forecast, *expected) << "stored before anything starts";
  ASSERT_TRUE(w.run_until([&] { return !w.notes<note::Finished>("h3").empty(); }, 60s));
  const MigrationFinished report = w.notes<note::Finished>("h3")[0].report;
  EXPECT_EQ(report.forecast, *expected);
  EXPECT_EQ(report.downtime, 30ms);
  EXPECT_EQ(report.copied_mib, 64);
  EXPECT_EQ(w.notes<note::Started>("h1")[0].forecast, *expected);
}

TEST_F(Relief, AVmThatNoMethodKeepsWithinItsLimitsIsNoCandidate) {
  for (auto& [id, d] : w.at("h1").domains)
    d.manner = policy::Manner{policy::MethodWish::kAuto, false, 10ms, Duration{0}, 1, 500.0};
  w.run(60s);
  EXPECT_FALSE(started());
  const auto refused = w.notes<note::NoRelief>("h1");
  ASSERT_FALSE(refused.empty());
  EXPECT_NE(refused[0].reason.find("no method keeps within its limits"), std::string::npos);
}

TEST_F(Relief, ACoordinatorThatIsItselfOverloadedIsServed) {
  w.add_vm("h3", "e", 45);
  w.add_vm("h3", "f", 44);
  w.at("h1").domains.clear();
  ASSERT_TRUE(w.run_until([&] { return !w.effects<StartMigration>("h3").empty(); }, 60s));
  w.run(10s);
  EXPECT_TRUE(w.at("h3").disk.unreported.empty());
}

TEST_F(Relief, ARefusedPairIsAvoidedAndAnotherDestinationIsTaken) {
  w.lose = [](const HostId&, const HostId& to, const Message& m) {
    return to == HostId("h2") && std::holds_alternative<Reserve>(m);
  };
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Reserve>("h1").empty(); }, 30s));
  w.send("h2", "h1", Refused{w.sent<Reserve>("h1")[0].op, "no room"});
  w.run(100ms);
  ASSERT_EQ(w.at("h1").disk.avoided.size(), 1U);
  EXPECT_EQ(w.at("h1").disk.avoided[0].host, HostId("h2"));
  EXPECT_EQ(w.at("h1").disk.avoided[0].reason, "refused: no room");
  w.lose = nullptr;
  ASSERT_TRUE(w.run_until([&] { return started(); }, 60s));
  EXPECT_NE(std::pair(w.effects<StartMigration>("h1")[0].to, w.effects<StartMigration>("h1")[0].vm),
            std::pair(HostId("h2"), w.at("h1").disk.avoided[0].vm));
}

TEST_F(Relief, AvoidingDoublesUpToItsMost) {
  DurableState state;
  Effects effects;
  const HostId self("h1");
  const std::string boot = "b";
  Instant now{0s};
  Duration last{0};
  for (int i = 0; i < 8; ++i) {
    Turn t{now, self, boot, w.parameters, state, effects, {}, {}};
    start_avoiding(t, VmId("a"), HostId("h2"), "x");
    ASSERT_EQ(state.avoided.size(), 1U);
    const Duration full = state.avoided[0].until.full;
    EXPECT_EQ(full, i == 0 ? Duration(2min) : std::min<Duration>(last * 2, 1h));
    last = full;
    now = state.avoided[0].until.until;
  }
  EXPECT_EQ(last, Duration(1h));
}

TEST_F(Relief, AReservedThatComesLateStartsNothingAndTheSlotIsReleased) {
  w.lose_every<Reserved>();
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Reserve>("h1").empty(); }, 30s));
  const OpId op = w.sent<Reserve>("h1")[0].op;
  w.run(3500ms);
  w.lose = nullptr;
  w.send("h2", "h1", Reserved{op, "", ""});
  w.run(2s);
  for (const StartMigration& s : w.effects<StartMigration>("h1")) EXPECT_NE(s.op, op);
  EXPECT_NE(w.at("h2").disk.slot.op, op);
}

TEST_F(Relief, ADuplicateReserveGetsTheSameAnswerAndHoldsOnce) {
  w.lose_every<Reserved>();
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Reserved>("h2").empty(); }, 30s));
  w.send("h1", "h2", w.sent<Reserve>("h1")[0]);
  w.run(50ms);
  ASSERT_EQ(w.sent<Reserved>("h2").size(), 2U);
  EXPECT_EQ(w.sent<Reserved>("h2")[0].op, w.sent<Reserved>("h2")[1].op);
  EXPECT_EQ(w.notes<note::Reserved>("h2").size(), 1U);
}

TEST_F(Relief, ACopyOfAnObeyedReservedStartsNothingASecondTime) {
  ASSERT_TRUE(w.run_until([&] { return started(); }, 30s));
  w.send("h2", "h1", w.sent<Reserved>("h2")[0]);
  w.run(20s);
  EXPECT_EQ(w.effects<StartMigration>("h1").size(), 1U);
}

TEST_F(Relief, AHeldSlotDoesNotEndByTimeWhileTheSourceHoldsIt) {
  w.migration_time = 60s;
  // Its libvirt hangs before anything is shown at the destination.
  ASSERT_TRUE(w.run_until([&] { return started(); }, 30s));
  const VmId vm = w.effects<StartMigration>("h1")[0].vm;
  const HostId to = w.effects<StartMigration>("h1")[0].to;
  w.at(to.value).domains.erase(vm);
  w.run(50s);
  EXPECT_EQ(w.at(to.value).disk.slot.state, gossip::SlotState::kHeld);
  EXPECT_FALSE(w.sent<Ask>(to.value).empty());
  EXPECT_FALSE(w.sent<Hold>("h1").empty());
}

TEST_F(Relief, OnlyASourceSilentForTheSlotsBoundLosesIt) {
  w.lose_every<Reserved>();
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Reserved>("h2").empty(); }, 30s));
  w.crash("h1");
  w.run(115s);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kHeld);
  w.run(10s);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kFree);
}

TEST_F(Relief, AFailedMigrationLeavesTheVmHereAndThePairAvoided) {
  w.outcome = MigrationEnded::How::kFailed;
  ASSERT_TRUE(w.run_until([&] { return !w.notes<note::Finished>("h3").empty(); }, 30s));
  EXPECT_EQ(w.notes<note::Finished>("h3")[0].report.outcome, Outcome::kFailed);
  EXPECT_EQ(w.notes<note::Finished>("h3")[0].report.reason, "boom");
  w.run(1s);
  EXPECT_EQ(w.at("h1").disk.avoided.size(), 1U);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kFree);
}

TEST_F(Relief, TheAutostartFlagTravelsWithTheVm) {
  for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
  ASSERT_TRUE(w.run_until([&] { return w.runs_at("b", "h2"); }, 60s));
  w.run(3s);
  EXPECT_TRUE(w.at("h2").domains[VmId("b")].autostart);
  EXPECT_TRUE(w.at("h2").disk.autostart_due.empty());
}

TEST_F(Relief, TheAutostartFlagComesBackWhenTheMigrationFails) {
  for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
  w.outcome = MigrationEnded::How::kFailed;
  ASSERT_TRUE(w.run_until([&] { return !w.notes<note::Finished>("h1").empty(); }, 30s));
  w.run(2s);
  EXPECT_TRUE(w.at("h1").domains[VmId("b")].autostart);
}

TEST_F(Relief, AVmThatHasArrivedStaysForItsCooldown) {
  ASSERT_TRUE(w.run_until([&] { return w.runs_at("b", "h2"); }, 60s));
  w.run(5s);
  EXPECT_GT(cooldown_left(w.at("h2").disk, VmId("b"), w.now), Duration(100s));
  w.add_vm("h2", "x", 40);
  w.run(60s);
  for (const StartMigration& s : w.effects<StartMigration>("h2")) EXPECT_NE(s.vm, VmId("b"));
}

TEST_F(Relief, AnIgnoredVmIsNeverMoved) {
  World strict({"h1", "h2", "h3"});
  strict.parameters.relief.ignore = {"name-*"};
  for (const char* h : {"h1", "h2", "h3"}) strict.crash(h);
  for (const char* h : {"h1", "h2", "h3"}) strict.start(h);
  strict.add_vm("h1", "a", 50);
  strict.add_vm("h1", "b", 44);
  strict.run(30s);
  EXPECT_TRUE(strict.effects<StartMigration>("h1").empty());
  EXPECT_FALSE(strict.notes<note::NoRelief>("h1").empty());
  EXPECT_FALSE(strict.peer("h1").status(strict.now).no_relief.empty());
}

TEST_F(Relief, RefusedReliefIsAskedForAgainLaterAndLater) {
  w.at("h2").capacity = 10;
  w.at("h3").capacity = 10;
  w.run(100s);
  const auto told = w.notes<note::NoRelief>("h1");
  ASSERT_GE(told.size(), 4U);
  EXPECT_EQ(told[0].retry_in, 5s);
  EXPECT_EQ(told[1].retry_in, 10s);
  EXPECT_EQ(told[2].retry_in, 20s);
  EXPECT_EQ(told[3].retry_in, 40s);
}

TEST_F(Relief, NothingMovesWhilePausedAndAgainAfterwards) {
  w.run(2s);
  w.tell("h2", OperatorRequest{SetPause{true}});
  w.run(30s);
  EXPECT_TRUE(w.at("h1").disk.pause.on);
  EXPECT_FALSE(started());
  w.tell("h3", OperatorRequest{SetPause{false}});
  EXPECT_TRUE(w.run_until([&] { return started(); }, 90s));
}

TEST_F(Relief, APauseThatComesAfterTheReservationStillStops) {
  w.lose_every<Reserved>();
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Reserved>("h2").empty(); }, 30s));
  w.tell("h1", OperatorRequest{SetPause{true}});
  w.lose = nullptr;
  w.send("h2", "h1", w.sent<Reserved>("h2")[0]);
  w.run(10s);
  EXPECT_FALSE(started());
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kFree);
}

TEST_F(Relief, InAdviseModeTheDecisionIsToldAndNothingStarts) {
  w.tell("h1", OperatorRequest{SetMode{gossip::Mode::kAdvise}});
  w.run(30s);
  EXPECT_FALSE(started());
  const auto decided = w.notes<note::Decided>("h1");
  ASSERT_FALSE(decided.empty());
  EXPECT_TRUE(decided[0].advice);
  EXPECT_TRUE(decided[0].mine);
}

TEST_F(Relief, AnOrderThatAnswersNoRequestOrAnOldOneIsIgnored) {
  w.lose_every<Migrate>();
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Migrate>("h3").empty(); }, 30s));
  const Migrate order = w.sent<Migrate>("h3")[0];
  w.run(3200ms);
  w.lose = nullptr;
  w.send("h3", "h1", order);
  w.run(10ms);
  EXPECT_FALSE(w.notes<note::OrderIgnored>("h1").empty());
  Migrate forged = order;
  forged.request = Request{7};
  w.send("h2", "h1", forged);
  w.run(10ms);
  EXPECT_EQ(w.notes<note::OrderIgnored>("h1").size(), 2U);
  EXPECT_TRUE(w.sent<Reserve>("h1").empty());
}

TEST_F(Relief, AnOrderIsIgnoredWhileAVmHasJustComeIn) {
  w.lose_every<Migrate>();
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Migrate>("h3").empty(); }, 30s));
  w.add_vm("h1", "moved by hand", 1);
  ASSERT_TRUE(w.run_until(
      [&] { return w.peer("h1").durable().slot.state == gossip::SlotState::kSettling; }, 2s));
  w.lose = nullptr;
  w.send("h3", "h1", w.sent<Migrate>("h3")[0]);
  w.run(10ms);
  ASSERT_EQ(w.notes<note::OrderIgnored>("h1").size(), 1U);
  EXPECT_EQ(w.notes<note::OrderIgnored>("h1")[0].why, "this host is receiving or settling");
}

TEST_F(Relief, AHostThatWasNamedLatelyIsNotNamedAgain) {
  w.lose_every<Migrate>();
  w.tell("h3", OperatorRequest{SetMode{gossip::Mode::kAdvise}});
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Migrate>("h3").empty(); }, 60s));
  EXPECT_EQ(w.sent<Migrate>("h3")[0].moves[0].to, HostId("h2"));
  const std::size_t before = w.sent<NoRelief>("h3").size();
  ASSERT_TRUE(w.run_until([&] { return w.sent<NoRelief>("h3").size() > before; }, 60s));
  const std::string why = w.sent<NoRelief>("h3")[before].reason;
  EXPECT_NE(why.find("h2: promised to"), std::string::npos) << why;
}

TEST_F(Relief, AnOrderOfAnEpochBelowTheFloorIsIgnored) {
  bool lower = false;
  w.lose = [&](const HostId&, const HostId&, const Message& m) {
    if (const auto* order = std::get_if<Migrate>(&m)) lower = order->round.epoch > Epoch{0};
    return std::holds_alternative<Migrate>(m);
  };
  ASSERT_TRUE(w.run_until([&] { return lower; }, 30s));
  Migrate order = w.sent<Migrate>("h3")[0];
  order.round.epoch = Epoch{0};
  w.lose = nullptr;
  w.send("h3", "h1", order);
  w.run(10ms);
  ASSERT_EQ(w.notes<note::OrderIgnored>("h1").size(), 1U);
  EXPECT_TRUE(w.sent<Reserve>("h1").empty());
}

TEST_F(Relief, AnOrderOfAnEpochThatNobodyWonIsIgnored) {
  w.lose_every<Migrate>();
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Migrate>("h3").empty(); }, 30s));
  Migrate order = w.sent<Migrate>("h3")[0];
  order.round.epoch = Epoch{order.round.epoch.value + 1};
  w.lose = nullptr;
  w.send("h3", "h1", order);
  w.run(10ms);
  ASSERT_EQ(w.notes<note::OrderIgnored>("h1").size(), 1U);
  EXPECT_EQ(w.peer("h1").durable().last_obeyed, RoundId{});
}

TEST_F(Relief, RequestsInQuickSuccessionAreNotServed) {
  ASSERT_TRUE(w.run_until([&] { return w.peer("h3").acting(w.now).has_value(); }, 30s));
  for (std::uint64_t i = 0; i < 20; ++i) {
    w.send("h2", "h3", VmInfo{Request{i}, {}, {}});
    w.run(10ms);
  }
  EXPECT_EQ(w.sent<NoRelief>("h3").size(), 1U);
  const auto lies = w.notes<note::Incredible>("h3");
  ASSERT_EQ(lies.size(), 19U);
  EXPECT_EQ(lies[0].from, HostId("h2"));
}

TEST_F(Relief, AnOperationAbortedByAnOperatorEndsAsAborted) {
  w.outcome = MigrationEnded::How::kAborted;
  ASSERT_TRUE(w.run_until([&] { return started(); }, 30s));
  w.tell("h1", OperatorRequest{AbortOperation{w.effects<StartMigration>("h1")[0].op}});
  EXPECT_EQ(w.effects<AbortMigration>("h1").size(), 1U);
  ASSERT_TRUE(w.run_until([&] { return !w.notes<note::Finished>("h1").empty(); }, 10s));
  EXPECT_EQ(w.notes<note::Finished>("h1")[0].report.outcome, Outcome::kAborted);
}

/// No single VM is enough: a and b leave together.
struct Set : testing::Test {
  World w{{"h1", "h2", "h3", "h4"}};
  void SetUp() override {
    for (const char* vm : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"})
      w.add_vm("h1", vm, 8);
    for (const char* h : {"h2", "h3", "h4"}) w.add_vm(h, std::string(h) + "-own", 60);
  }
  std::size_t started() { return w.effects<StartMigration>("h1").size(); }
};

TEST_F(Set, ItsMovesFollowOneAnotherToDifferentHosts) {
  ASSERT_TRUE(w.run_until([&] { return started() == 2; }, 60s));
  const auto starts = w.effects<StartMigration>("h1");
  EXPECT_NE(starts[0].to, starts[1].to);
  EXPECT_EQ(starts[0].op.index + 1, starts[1].op.index);
  EXPECT_EQ(w.notes<note::Finished>("h1").size(), 1U);
}

TEST_F(Set, AFailedMoveDropsTheRest) {
  w.outcome = MigrationEnded::How::kFailed;
  ASSERT_TRUE(w.run_until([&] { return w.notes<note::Finished>("h1").size() == 2; }, 60s));
  EXPECT_EQ(started(), 1U);
  EXPECT_EQ(w.notes<note::Finished>("h1")[1].report.outcome, Outcome::kDropped);
}

TEST_F(Set, ANewerEpochDropsTheRest) {
  ASSERT_TRUE(w.run_until([&] { return started() == 1; }, 60s));
  const Epoch old = w.effects<StartMigration>("h1")[0].op.epoch;
  w.crash("h4");
  ASSERT_TRUE(w.run_until([&] { return w.notes<note::Finished>("h1").size() == 2; }, 60s));
  EXPECT_GT(w.peer("h1").durable().election.accepted, old);
  EXPECT_EQ(w.notes<note::Finished>("h1")[1].report.reason, "a newer epoch is known");
}

TEST_F(Set, ARestartDropsTheRest) {
  w.migration_time = 8s;
  ASSERT_TRUE(w.run_until([&] { return started() == 1; }, 60s));
  w.crash("h1");
  w.start("h1");
  w.run(1s);
  EXPECT_TRUE(w.at("h1").disk.rest.empty());
  ASSERT_TRUE(w.at("h1").disk.operation.has_value());
}

}  // namespace
}  // namespace prumo::test
