// The flag by which a VM starts with its host: cleared for a move, owed to whoever has the VM then.

#include <gtest/gtest.h>

#include "tests/unit/peer/hot_host.h"

namespace prumo::test {
namespace {

struct Autostart : HotHost {
  /// h1's VM has stayed, which h2 has not acknowledged; its flag is not back, so it is off.
  void power_cut_with_a_release_owed() {
    for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
    w.outcome = MigrationEnded::How::kFailed;
    w.lose_every<ReleaseAck>();
    until_started();
    ASSERT_TRUE(w.run_until([&] { return !w.notes<note::Finished>("h1").empty(); }, 60s));
    w.crash("h1");
    Domain& b = w.at("h1").domains[VmId("b")];
    ASSERT_FALSE(b.autostart);
    b.state = DomainState::kShutOff;
    w.at("h1").boot = "boot-2";
  }
  /// As above, and h1 has found b off since.
  void power_cut_that_needs_an_operator() {
    power_cut_with_a_release_owed();
    w.start("h1");
    w.run(10s);
    expect_that_b_needs_an_operator();
  }
  void settle_b() {
    w.tell("h1", OperatorRequest{Settled{VmId("b")}});
    w.run(10s);
  }
  [[nodiscard]] bool b_starts_with_h1() { return w.at("h1").domains.at(VmId("b")).autostart; }
  void expect_that_b_needs_an_operator() {
    const auto notes = w.notes<note::NeedsOperator>("h1");
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].id, VmId("b"));
  }
};

TEST_F(Autostart, AVmWhoseAutostartFlagIsBeingSetStays) {
  for (auto& [id, d] : w.at("h1").domains) w.at("h1").disk.autostart_due[id] = true;
  w.crash("h1");
  w.start("h1");
  w.set_no_autostart = true;
  w.run(60s);
  EXPECT_TRUE(w.effects<StartMigration>("h1").empty());
  w.set_no_autostart = false;
  until_started();
  EXPECT_TRUE(w.effects<StartMigration>("h1")[0].clear_autostart);
}

TEST_F(Autostart, AfterACrashTheAutostartFlagComesBackOnlyWithTheDestinationsWord) {
  for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
  w.outcome = MigrationEnded::How::kFailed;
  until_started();
  w.crash("h1");
  w.run(5s);
  w.lose_every<ReleaseAck>();
  w.start("h1");
  w.run(15s);
  EXPECT_FALSE(w.at("h1").domains[VmId("b")].autostart);
  w.lose = nullptr;
  w.run(5s);
  EXPECT_TRUE(w.at("h1").domains[VmId("b")].autostart);
}

TEST_F(Autostart, WhatStartsWithTheDestinationGetsNoFlagWhereItIsOff) {
  power_cut_with_a_release_owed();
  w.add_vm("h2", "b", 44);
  w.at("h2").domains[VmId("b")].state = DomainState::kShutOff;
  w.at("h2").domains[VmId("b")].autostart = true;
  w.run(10s);
  w.start("h1");
  w.lose = nullptr;
  w.run(10s);
  EXPECT_TRUE(w.at("h1").disk.releases.empty());
  EXPECT_FALSE(b_starts_with_h1()) << "both would start it";
}

TEST_F(Autostart, AVmThatItsHostDidNotStartForWantOfTheFlagNeedsAnOperator) {
  for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
  ASSERT_TRUE(w.run_until([&] { return !w.at("h2").disk.autostart_due.empty(); }, 60s));
  w.crash("h2");
  Domain& b = w.at("h2").domains[VmId("b")];
  b.state = DomainState::kShutOff;
  b.autostart = false;
  w.at("h2").boot = "boot-2";
  w.start("h2");
  w.run(10s);
  const auto notes = w.notes<note::NeedsOperator>("h2");
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].id, VmId("b"));
  EXPECT_NE(notes[0].why.find("on h2: virsh start name-b"), std::string::npos) << notes[0].why;
}

TEST_F(Autostart, AnAcknowledgementFromBeforeAPowerCutSettlesNothingThatHasNotBeenLookedAt) {
  power_cut_with_a_release_owed();
  w.at("h1").hypervisor_ok = false;
  w.start("h1");
  w.run(100ms);
  const ReleaseAck late{w.at("h1").disk.releases.at(0).op, false, false};
  w.lose = nullptr;
  w.send("h2", "h1", late);
  w.run(10s);
  w.at("h1").hypervisor_ok = true;
  w.run(10s);
  expect_that_b_needs_an_operator();
}

TEST_F(Autostart, AFlagThatTheNextArrivalPutsOutOfMindNeedsAnOperator) {
  for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
  w.lose_every<Release>();
  ASSERT_TRUE(w.run_until(
      [&] { return w.peer("h2").durable().slot.state == gossip::SlotState::kSettling; }, 60s));
  w.add_vm("h2", "moved by hand", 1);
  w.run(5s);
  EXPECT_TRUE(w.at("h2").disk.operator_needed.contains(VmId("b")));
}

TEST_F(Autostart, NothingIsSaidOfAVmThatHasStayedBeforeTheFirstLook) {
  power_cut_with_a_release_owed();
  w.at("h1").hypervisor_ok = false;
  w.start("h1");
  const std::size_t before = w.sent<Release>("h1").size();
  w.run(10s);
  EXPECT_EQ(w.sent<Release>("h1").size(), before) << "h2 would take it for gone from here";
}

/// Nobody would tell of a VM that its host has not started, once the flag is there.
TEST_F(Autostart, WhatIsOwedToAFormerMemberSetsNoFlagBeforeTheFirstLook) {
  power_cut_with_a_release_owed();
  w.members = Members({*w.members.find(HostId("h1")), *w.members.find(HostId("h3"))});
  w.start("h1");
  w.run(10s);
  expect_that_b_needs_an_operator();
  EXPECT_FALSE(b_starts_with_h1());
}

TEST_F(Autostart, WhatAnOperatorSettlesBeforeTheFirstLookSetsNoFlagSoSoon) {
  power_cut_with_a_release_owed();
  w.at("h1").hypervisor_ok = false;  // the first looks
  w.start("h1");
  w.tell("h1", OperatorRequest{Settled{VmId("b")}});
  w.run(1s);
  w.at("h1").hypervisor_ok = true;
  w.run(10s);
  expect_that_b_needs_an_operator();
  EXPECT_FALSE(b_starts_with_h1());
  settle_b();
  EXPECT_FALSE(b_starts_with_h1());
  EXPECT_TRUE(w.at("h1").disk.autostart_due.empty());
}

TEST_F(Autostart, AFlagWaitsWhileItsVmIsOnItsWay) {
  for (const auto& [state, job] : {std::pair{DomainState::kRunning, Job::kOutgoing},
                                   std::pair{DomainState::kPausedIncoming, Job::kIncoming},
                                   std::pair{DomainState::kPausedMigrated, Job::kNone}}) {
    w.at("h1").disk.autostart_due[VmId("b")] = true;
    Domain& b = w.at("h1").domains[VmId("b")];
    b.autostart = false;
    b.state = state;
    b.job = job;
    w.crash("h1");
    w.start("h1");
    w.run(20s);
    EXPECT_FALSE(b.autostart) << "left defined here, it would start twice";
    b.state = DomainState::kRunning;
    b.job = Job::kNone;
    EXPECT_TRUE(w.run_until([&] { return b.autostart; }, 60s));
  }
}

TEST_F(Autostart, WhatHasLeftByHandIsOwedNoFlag) {
  w.at("h1").disk.autostart_due[VmId("b")] = true;
  w.at("h1").domains[VmId("b")].state = DomainState::kLeftDefined;
  w.crash("h1");
  w.start("h1");
  EXPECT_TRUE(w.run_until([&] { return w.at("h1").disk.autostart_due.empty(); }, 60s));
}

/// Somebody moved it by hand just then and left it defined here; a libvirtd that is restarted
/// forgets why it is off.
TEST_F(Autostart, WhatLeftByHandDuringItsMoveGetsNoFlagWhereItWasLeft) {
  for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
  w.never_ends = true;
  until_started();
  const StartMigration start = w.effects<StartMigration>("h1").back();
  w.at("h2").domains.erase(start.vm);
  Domain& b = w.at("h1").domains[start.vm];
  b.job = Job::kNone;
  b.state = DomainState::kLeftDefined;
  w.tell("h1", MigrationEnded{start.op, MigrationEnded::How::kFailed, "has a job", {}, {}});
  w.run(60s);
  EXPECT_TRUE(w.at("h1").disk.releases.empty());
  b.state = DomainState::kShutOff;
  w.run(60s);
  EXPECT_FALSE(b.autostart) << "a power cut would start it twice";
}

TEST_F(Autostart, WhatAnOperatorSettlesWhileItIsOffGetsNoFlag) {
  power_cut_that_needs_an_operator();
  w.add_vm("h2", "b", 44);
  settle_b();
  EXPECT_FALSE(b_starts_with_h1());
  EXPECT_TRUE(w.at("h1").disk.autostart_due.empty());
}

TEST_F(Autostart, WhatAnOperatorHasJustStartedAndSettlesStartsWithItsHostAgain) {
  power_cut_that_needs_an_operator();
  w.at("h1").domains[VmId("b")].state = DomainState::kRunning;  // no reading has shown it yet
  settle_b();
  EXPECT_TRUE(b_starts_with_h1());
}

TEST_F(Autostart, WhatAnOperatorSettlesWhileItRunsStartsWithItsHostAgain) {
  power_cut_with_a_release_owed();
  w.at("h1").domains[VmId("b")].state = DomainState::kRunning;
  w.start("h1");
  w.run(10s);
  EXPECT_FALSE(b_starts_with_h1());
  settle_b();
  EXPECT_TRUE(b_starts_with_h1());
}

TEST_F(Autostart, AFlagIsOwedUntilALookBegunSinceItsMoveHasEndedShowsIt) {
  for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
  Reading before;
  before.hypervisor_ok = true;
  for (const auto& [id, d] : w.at("h1").domains) before.domains.push_back(d);
  w.outcome = MigrationEnded::How::kNotStarted;
  w.migration_time = 1ms;
  until_started();
  before.begun = w.now - Duration{1};  // the flag is cleared after that
  w.set_no_autostart = true;
  w.run(10ms);
  ASSERT_TRUE(w.peer("h1").durable().autostart_due.contains(VmId("b")));
  w.tell("h1", Observed{before});
  EXPECT_TRUE(w.peer("h1").durable().autostart_due.contains(VmId("b")));
  w.set_no_autostart = false;
  w.run(3s);
  EXPECT_TRUE(w.at("h1").domains[VmId("b")].autostart);
  EXPECT_TRUE(w.peer("h1").durable().autostart_due.empty());
}

}  // namespace
}  // namespace prumo::test
