// Restarts, lost answers, failing disks, duplicate ids: what must be found again, and how.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/peer/hot_host.h"

namespace prumo::test {
namespace {

using Recovery = HotHost;

TEST_F(Recovery, ASourceRestartedBeforeTheStartHasStartedNothing) {
  w.lose_every<Reserved>();
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Reserved>("h2").empty(); }, 30s));
  w.crash("h1");
  w.run(500ms);
  w.start("h1");
  w.lose = nullptr;
  w.run(1s);
  EXPECT_FALSE(w.at("h1").disk.operation.has_value());
  w.run(3s);
  EXPECT_NE(w.at("h2").disk.slot.state, gossip::SlotState::kHeld);
  EXPECT_TRUE(w.at("h1").disk.releases.empty());
}

TEST_F(Recovery, AMigrationGoesOnWhileTheSourcesDaemonIsDownAndIsFoundDone) {
  until_started();
  w.crash("h1");
  w.run(10s);
  ASSERT_TRUE(w.runs_at("b", "h2"));
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kFree) << "settled by its own readings";
  w.start("h1");
  w.run(4s);
  EXPECT_TRUE(w.at("h1").disk.operation.has_value()) << "grace after a restart";
  w.run(6s);
  EXPECT_FALSE(w.at("h1").disk.operation.has_value());
  ASSERT_FALSE(w.notes<note::Finished>("h1").empty());
  EXPECT_EQ(w.notes<note::Finished>("h1").back().report.outcome, Outcome::kDone);
  EXPECT_TRUE(w.at("h1").disk.operator_needed.empty());
}

TEST_F(Recovery, ARestartedSourceWaitsForARunningJobAndStartsNothingElse) {
  w.never_ends = true;
  until_started();
  w.crash("h1");
  w.start("h1");
  w.run(60s);
  EXPECT_TRUE(w.at("h1").disk.operation.has_value());
  EXPECT_EQ(w.effects<StartMigration>("h1").size(), 1U);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kIncoming);
}

TEST_F(Recovery, ARestartedSourceFindsTheMigrationFailed) {
  w.outcome = MigrationEnded::How::kFailed;
  until_started();
  w.crash("h1");
  w.run(5s);
  w.start("h1");
  w.run(4s);
  EXPECT_TRUE(w.notes<note::Finished>("h1").empty());
  w.run(6s);
  ASSERT_FALSE(w.notes<note::Finished>("h1").empty());
  EXPECT_EQ(w.notes<note::Finished>("h1")[0].report.outcome, Outcome::kFailed);
}

TEST_F(Recovery, TheGraceCountsOnlyWhileTheHypervisorAnswers) {
  w.outcome = MigrationEnded::How::kFailed;
  until_started();
  w.crash("h1");
  w.run(5s);
  w.start("h1");
  w.run(3s);
  w.at("h1").hypervisor_ok = false;
  w.run(20s);
  w.at("h1").hypervisor_ok = true;
  w.run(4s);
  EXPECT_TRUE(w.at("h1").disk.operation.has_value()) << "what waited in it may begin yet";
  w.run(4s);
  EXPECT_FALSE(w.at("h1").disk.operation.has_value());
}

TEST_F(Recovery, WhatIsStuckIsReportedAfterTheLongerOfBothWaitsAndNotAfterTheirSum) {
  w.outcome = MigrationEnded::How::kFailed;
  until_started();
  w.crash("h1");
  w.run(5s);
  w.at("h1").domains[VmId("b")].state = DomainState::kPausedMigrated;
  w.start("h1");
  w.run(9s);
  EXPECT_TRUE(w.notes<note::NeedsOperator>("h1").empty());
  w.run(4s);
  EXPECT_EQ(w.notes<note::NeedsOperator>("h1").size(), 1U);
}

TEST_F(Recovery, ALostAnswerOfTheHypervisorIsSettledByReadings) {
  w.outcome = MigrationEnded::How::kUnknown;
  until_started();
  w.run(20s);
  EXPECT_FALSE(w.at("h1").disk.operation.has_value());
}

TEST_F(Recovery, AFailedMigrationIsClosedThoughTheVmHasAnotherJobByThen) {
  w.outcome = MigrationEnded::How::kFailed;
  until_started();
  w.at("h1").hypervisor_ok = false;
  w.run(3s);
  w.at("h1").domains[VmId("b")].job = Job::kOther;  // a backup has begun
  w.at("h1").hypervisor_ok = true;
  w.run(20s);
  ASSERT_FALSE(w.notes<note::Finished>("h1").empty());
  EXPECT_EQ(w.notes<note::Finished>("h1")[0].report.outcome, Outcome::kFailed);
  EXPECT_TRUE(w.at("h1").disk.operator_needed.empty());
}

TEST_F(Recovery, AMoveThatWentWellButForItsDefinitionNeedsAnOperator) {
  w.answers_lost = true;
  until_started();
  w.run(w.migration_time + 100ms);
  MigrationEnded done;
  done.op = w.at("h1").disk.operation->op;
  done.how = MigrationEnded::How::kDone;
  done.error = "moved, but not defined at the destination";
  w.tell("h1", done);
  w.run(1s);
  EXPECT_EQ(w.at("h1").disk.operator_needed[VmId("b")], done.error);
  EXPECT_EQ(w.notes<note::Finished>("h1").back().report.outcome, Outcome::kDone);
}

TEST_F(Recovery, AVmThatRunsOnBothSidesNeedsAnOperatorOnBoth) {
  w.outcome = MigrationEnded::How::kFailed;
  until_started();
  w.run(1s);
  w.lose_every<Release>();
  w.run(1500ms);
  w.add_vm("h2", "b", 44);
  w.run(3s);
  w.lose = nullptr;
  w.run(10s);
  EXPECT_TRUE(w.at("h1").disk.operator_needed.contains(VmId("b")));
  EXPECT_TRUE(w.at("h2").disk.operator_needed.contains(VmId("b")));
  const std::size_t before = w.effects<StartMigration>("h1").size();
  w.run(200s);
  for (std::size_t i = before; i < w.effects<StartMigration>("h1").size(); ++i) {
    EXPECT_NE(w.effects<StartMigration>("h1")[i].vm, VmId("b"));
  }
  w.tell("h1", OperatorRequest{Settled{VmId("b")}});
  EXPECT_TRUE(w.peer("h1").durable().operator_needed.empty());
}

TEST_F(Recovery, ADestinationThatAnswersBeforeTheSourceHasLookedAgainHidesNoDouble) {
  // Libvirt loses the destination's last word: it runs there, and the source is resumed.
  w.outcome = MigrationEnded::How::kFailed;
  until_started();
  w.run(1s);
  ASSERT_TRUE(w.run_until([&] { return !w.at("h2").domains.contains(VmId("b")); }, 5s));
  w.add_vm("h2", "b", 44);
  w.run(10s);
  EXPECT_TRUE(w.at("h1").disk.operator_needed.contains(VmId("b")));
  EXPECT_TRUE(w.at("h2").disk.operator_needed.contains(VmId("b")));
}

TEST_F(Recovery, AVmShutOffByItsGuestAroundTheStartNeedsNobody) {
  for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
  for (const auto how : {MigrationEnded::How::kNotStarted, MigrationEnded::How::kFailed}) {
    w.never_ends = true;
    const std::size_t before = w.effects<StartMigration>("h1").size();
    ASSERT_TRUE(w.run_until([&] { return w.effects<StartMigration>("h1").size() > before; }, 300s));
    const StartMigration start = w.effects<StartMigration>("h1").back();
    w.at(start.to.value).domains.erase(start.vm);
    Domain& d = w.at("h1").domains[start.vm];
    d.job = Job::kNone;
    d.state = DomainState::kShutOff;
    w.tell("h1", MigrationEnded{start.op, how, "the VM is not running", {}, {}});
    w.run(60s);
    EXPECT_TRUE(w.at("h1").disk.operator_needed.empty());
    EXPECT_EQ(w.notes<note::Finished>("h1").back().report.outcome, Outcome::kFailed);
    EXPECT_FALSE(d.autostart) << "it may run elsewhere";
    d.state = DomainState::kRunning;
    EXPECT_TRUE(w.run_until([&] { return d.autostart; }, 60s));
  }
}

TEST_F(Recovery, AnAbortBeforeTheHypervisorWasAskedIsAnAbort) {
  w.never_ends = true;
  until_started();
  const StartMigration start = w.effects<StartMigration>("h1").back();
  w.at("h2").domains.erase(start.vm);
  w.at("h1").domains[start.vm].job = Job::kNone;
  w.tell("h1", OperatorRequest{AbortOperation{start.op}});
  w.tell("h1", MigrationEnded{start.op, MigrationEnded::How::kNotStarted, "aborted", {}, {}});
  w.run(5s);
  EXPECT_EQ(w.notes<note::Finished>("h1").back().report.outcome, Outcome::kAborted);
  EXPECT_TRUE(w.at("h1").disk.avoided.empty());
}

TEST_F(Recovery, AVmThatMovedAndIsStillDefinedHereNeedsAnOperatorWhoKnowsWhere) {
  until_started();
  w.run(w.migration_time - 100ms);
  w.lose_every<Release>();
  w.run(1s);
  Domain left = w.at("h2").domains[VmId("b")];
  left.state = DomainState::kLeftDefined;
  w.at("h1").domains[VmId("b")] = left;
  w.run(2s);
  w.lose = nullptr;
  w.run(5s);
  EXPECT_EQ(
      w.at("h1").disk.operator_needed[VmId("b")],
      "migrated away and still defined here: a start here would run it twice. Look on h2 and "
      "on h1: virsh domstate name-b --reason. If it runs on h2, on h1: virsh undefine name-b. "
      "Then: prumo settle b");
}

TEST_F(Recovery, WhatAnOperatorHasSettledIsNotReportedAgainBeforeItChanges) {
  w.run(2s);
  Domain d = w.at("h2").domains[VmId("c")];
  d.id = VmId("z");
  d.state = DomainState::kLeftDefined;
  w.at("h2").domains[d.id] = d;
  w.run(30s);
  ASSERT_TRUE(w.at("h2").disk.operator_needed.contains(VmId("z")));
  w.tell("h2", OperatorRequest{Settled{VmId("z")}});
  w.run(60s);
  EXPECT_TRUE(w.at("h2").disk.operator_needed.empty());
  w.at("h2").domains[d.id].state = DomainState::kRunning;
  w.run(5s);
  w.at("h2").domains[d.id].state = DomainState::kLeftDefined;
  w.run(30s);
  EXPECT_TRUE(w.at("h2").disk.operator_needed.contains(VmId("z")));
}

TEST_F(Recovery, AVmThatRunsOnBothSidesIsFoundThoughTheDestinationAnswersBeforeTheNextLook) {
  w.never_ends = true;
  until_started();
  const StartMigration start = w.effects<StartMigration>("h1").back();
  w.run(500ms);
  // The reply to Finish is lost: it runs over there, and libvirt lets it run on here as well.
  w.at("h2").domains[start.vm].job = Job::kNone;
  w.at("h2").domains[start.vm].state = DomainState::kRunning;
  w.run(6s);
  w.at("h1").domains[start.vm].job = Job::kNone;
  w.tell("h1", MigrationEnded{start.op, MigrationEnded::How::kFailed, "socket closed", {}, {}});
  w.run(10s);
  EXPECT_TRUE(w.at("h1").disk.operator_needed.contains(start.vm));
  EXPECT_TRUE(w.at("h2").disk.operator_needed.contains(start.vm));
  EXPECT_TRUE(w.at("h1").disk.releases.empty());
}

TEST_F(Recovery, ADomainLeftPausedAfterAMigrationIsReportedWithinHalfAMinute) {
  w.run(2s);
  Domain d = w.at("h2").domains[VmId("c")];
  d.id = VmId("z");
  d.state = DomainState::kPausedMigrated;
  w.at("h2").domains[d.id] = d;
  w.run(30s);
  EXPECT_EQ(w.notes<note::NeedsOperator>("h2").size(), 1U);
}

TEST_F(Recovery, AnUnreservedIncomingVmTakesTheSlot) {
  w.run(2s);
  Domain d = w.at("h2").domains[VmId("c")];
  d.id = VmId("z");
  d.state = DomainState::kPausedIncoming;
  d.job = Job::kIncoming;
  w.at("h2").domains[d.id] = d;
  w.run(2s);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kForeign);
  w.at("h2").domains[d.id].job = Job::kNone;
  w.at("h2").domains[d.id].state = DomainState::kRunning;
  w.run(2s);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kSettling);
}

TEST_F(Recovery, ADestinationRestartedWhileItHoldsStillHolds) {
  w.lose = [](const HostId&, const HostId&, const Message& m) {
    return std::holds_alternative<Reserved>(m) || std::holds_alternative<Release>(m);
  };
  ASSERT_TRUE(w.run_until([&] { return !w.sent<Reserved>("h2").empty(); }, 30s));
  w.crash("h2");
  w.start("h2");
  w.run(5s);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kHeld);
  w.lose = nullptr;
  w.run(5s);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kFree);
}

TEST_F(Recovery, ASourceIsGivenTheFullTimeAgainFromTheFirstLookAfterARestart) {
  w.never_ends = true;
  until_started();
  w.crash("h1");
  w.crash("h2");
  w.at("h2").domains.erase(VmId("b"));  // nothing shows it coming in
  w.at("h2").hypervisor_ok = false;
  w.start("h2");
  w.run(w.parameters.relief.slot_bound);
  w.at("h2").hypervisor_ok = true;
  w.run(5s);
  EXPECT_TRUE(w.notes<note::Late>("h2").empty());
  EXPECT_TRUE(w.run_until([&] { return !w.notes<note::Late>("h2").empty(); },
                          w.parameters.relief.slot_bound));
}

TEST_F(Recovery, ASlotThatSettlesSettlesAnewUnderAnotherBoot) {
  ASSERT_TRUE(
      w.run_until([&] { return w.at("h2").disk.slot.state == gossip::SlotState::kSettling; }, 60s));
  w.run(1s);
  w.crash("h2");
  w.at("h2").boot = "boot-2";
  w.start("h2");
  w.run(2500ms);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kSettling);
  w.run(2s);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kFree);
}

TEST_F(Recovery, WhileItsHypervisorIsSilentNothingChangesAndTheHostIsUnhealthy) {
  until_started();
  w.run(1s);
  ASSERT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kIncoming);
  w.at("h2").hypervisor_ok = false;
  w.run(20s);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kIncoming);
  EXPECT_FALSE(w.notes<note::HypervisorTrouble>("h2").empty());
  w.at("h2").hypervisor_ok = true;
  w.run(2s);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kSettling);
}

TEST_F(Recovery, AHypervisorThatHasNeverAnsweredIsToldOfOnce) {
  w.crash("h2");
  w.at("h2").hypervisor_ok = false;
  w.start("h2");
  const std::size_t before = w.notes<note::HypervisorTrouble>("h2").size();
  w.run(20s);
  EXPECT_EQ(w.notes<note::HypervisorTrouble>("h2").size(), before + 1);
}

TEST_F(Recovery, WithAFailingStoreNothingStartsUntilAWriteSucceeds) {
  w.run(2s);
  w.at("h1").disk_fails = true;
  w.run(30s);
  EXPECT_TRUE(w.effects<StartMigration>("h1").empty());
  EXPECT_TRUE(w.sent<Reserve>("h1").empty());
  EXPECT_EQ(w.notes<note::StoreTrouble>("h1").size(), 1U);
  w.at("h1").disk_fails = false;
  EXPECT_TRUE(w.run_until([&] { return !w.effects<StartMigration>("h1").empty(); }, 60s));
  EXPECT_EQ(w.notes<note::StoreRecovered>("h1").size(), 1U);
}

TEST_F(Recovery, ADestinationWithAFailingStoreReservesNothing) {
  w.run(1s);
  w.at("h2").disk_fails = true;
  w.at("h3").capacity = 10;
  w.run(30s);
  EXPECT_TRUE(w.sent<Reserved>("h2").empty());
}

TEST_F(Recovery, ALeavingPeerResignsSaysSoAndLetsItsMigrationRunOn) {
  until_started();
  w.tell("h1", OperatorRequest{Shutdown{}});
  EXPECT_EQ(w.notes<note::Leaving>("h1").size(), 1U);
  EXPECT_TRUE(w.effects<AbortMigration>("h1").empty());
  w.run(3s);
  EXPECT_TRUE(w.runs_at("b", "h2"));
  w.tell("h3", OperatorRequest{Shutdown{}});
  w.run(2s);
  EXPECT_NE(w.coordinator(), "h3");
}

TEST_F(Recovery, TwoRunsOfOneIdBarItEverywhere) {
  w.at("h1").domains.erase(VmId("a"));
  w.run(5s);
  const auto as = [&](RunId run) {
    return Received{HostId("h2"), w.peer("h2").incarnation(), run, w.peer("h2").won(),
                    Message{gossip::Message{gossip::Ack{1, HostId("h2")}}}};
  };
  w.tell("h3", as(RunId{4711}));
  EXPECT_TRUE(w.notes<note::DuplicateId>("h3").empty()) << "one change of run is a restart";
  w.run(3s);
  ASSERT_EQ(w.notes<note::DuplicateId>("h3").size(), 1U);
  EXPECT_EQ(w.notes<note::DuplicateId>("h3")[0].id, HostId("h2"));
  w.add_vm("h1", "a", 50);
  w.run(30s);
  EXPECT_TRUE(w.sent<Reserved>("h2").empty()) << "barred from plans";
  w.tell("h3", OperatorRequest{Rejoin{}});
  EXPECT_TRUE(w.peer("h3").durable().barred.empty());
}

TEST_F(Recovery, ARunThatAnotherHasFollowedReservesNothing) {
  w.at("h1").domains.erase(VmId("a"));
  w.run(5s);
  const Incarnation before = w.peer("h1").incarnation();
  const Incarnation after{before.starts + 1, 0};
  const auto say = [&](const Incarnation& incarnation, RunId run, Message message) {
    w.tell("h2", Received{HostId("h1"), incarnation, run, w.peer("h1").won(), std::move(message)});
  };
  Reserve reserve{
      {w.peer("h2").durable().election.won, Round{99}, 0}, VmId("x"), "x", {1, 1, 0}, 1, false};
  say(after, RunId{4711}, gossip::Message{gossip::Ping{1}});
  say(before, RunId{4710}, reserve);
  reserve.op.index = 1;
  say(after, RunId{4711}, reserve);
  w.run(100ms);
  ASSERT_EQ(w.sent<Reserved>("h2").size(), 1U);
  EXPECT_EQ(w.sent<Reserved>("h2")[0].op, reserve.op);
}

TEST_F(Recovery, HearingItsOwnIdFromAnotherRunAPeerBarsItself) {
  w.run(2s);
  w.tell("h1",
         Received{HostId("h1"), {}, RunId{1}, Epoch{}, Message{gossip::Message{gossip::Ping{1}}}});
  w.run(30s);
  EXPECT_TRUE(w.effects<StartMigration>("h1").empty());
  EXPECT_FALSE(w.notes<note::DuplicateId>("h1").empty());
}

/// h1, whose store takes its time.
struct SlowStore {
  explicit SlowStore(const std::vector<std::string>& hosts) {
    std::vector<Member> list;
    for (const std::string& h : hosts)
      list.push_back({.id = HostId(h), .endpoint = "", .public_key = "", .priority = 0});
    Start start;
    start.self = HostId("h1");
    start.members = Members(std::move(list));
    start.restored.starts = 1;
    peer.emplace(World::quick(), start, Instant{});
  }
  void step(Instant now, const Event& event) {
    Effects effects;
    peer->step(now, event, effects);
    for (const Effect& e : effects) {
      const auto* persist = std::get_if<Persist>(&e);
      if (persist == nullptr) continue;
      sequence = persist->sequence;
      written = persist->state;
    }
  }
  std::optional<Peer> peer;
  std::uint64_t sequence = 0;
  DurableState written;
};

TEST(Envelope, TellsOfAWonEpochOnlyOnceThatIsStored) {
  SlowStore h1({"h1"});
  const auto wins = [&] { return h1.written.election.won > Epoch{0}; };
  for (Instant now; !wins() && now < Instant{10s}; now = now + 50ms) {
    h1.step(now, Tick{});
    if (!wins()) h1.step(now, Stored{h1.sequence});
  }
  ASSERT_TRUE(wins());
  EXPECT_EQ(h1.peer->won(), Epoch{0}) << "a crash could still take it back";
  h1.step(Instant{10s}, Stored{h1.sequence});
  EXPECT_EQ(h1.peer->won(), h1.written.election.won);
}

TEST(Envelope, TellsOfAStartCountOnlyOnceThatIsStored) {
  SlowStore h1({"h1", "h2"});
  h1.step(Instant{1s}, Tick{});
  const gossip::Digest remembers{{{HostId("h1"), {7, 0}, gossip::Standing::kAlive, Version{3}}},
                                 false};
  h1.step(Instant{1s},
          Received{HostId("h2"), {1, 0}, RunId{2}, Epoch{}, Message{gossip::Message{remembers}}});
  ASSERT_EQ(h1.written.starts, 8U);
  EXPECT_EQ(h1.peer->incarnation().starts, 1U)
      << "a frame that waits for an earlier write must not tell of it";
  h1.step(Instant{1s}, Stored{h1.sequence});
  EXPECT_EQ(h1.peer->incarnation().starts, 8U);
}

TEST_F(Recovery, TwoRunsFromTheSameStartSayTheSame) {
  World other({"h1", "h2", "h3"});
  for (const auto& [host, vm, cpu] :
       {std::tuple{"h1", "a", 50}, {"h1", "b", 44}, {"h2", "c", 20}, {"h3", "d", 5}}) {
    other.add_vm(host, vm, cpu);
  }
  w.run(20s);
  other.run(20s);
  for (const char* h : {"h1", "h2", "h3"}) {
    EXPECT_EQ(w.at(h).carried_out.size(), other.at(h).carried_out.size());
    EXPECT_EQ(w.at(h).disk, other.at(h).disk);
  }
}

}  // namespace
}  // namespace prumo::test
