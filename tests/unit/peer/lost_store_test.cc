// A host that has lost its store: what it may say, and how it is let in again.

#include <gtest/gtest.h>

#include "tests/unit/peer/hot_host.h"

namespace prumo::test {
namespace {

struct LostStore : HotHost {
  /// Its next start finds no store, and that it had one.
  void crash_and_lose_store(const std::string& host) {
    w.crash(host);
    w.at(host).disk = DurableState{};
    w.at(host).disk.admitted = false;
  }
  /// h1 loses its store and is let in again, and has not seen its VMs: its hypervisor is silent.
  void let_in_before_its_first_look() {
    crash_and_lose_store("h1");
    w.at("h1").hypervisor_ok = false;
    w.start("h1");
    w.run(1s);
    w.tell("h1", OperatorRequest{Rejoin{}});
    ASSERT_TRUE(w.peer("h1").durable().admitted);
  }
};

TEST_F(LostStore, AReservationAnsweredLateReleasesNothingAtASourceThatHasLostItsStore) {
  w.never_ends = true;
  until_started();
  const OpId op = w.at("h2").disk.slot.op;
  crash_and_lose_store("h1");
  w.start("h1");
  w.run(1s);
  w.send("h2", "h1", Reserved{op, "test:///default", ""});
  w.run(2s);
  EXPECT_FALSE(w.peer("h1").durable().admitted);
  EXPECT_TRUE(w.sent<Release>("h1").empty()) << "it can't know what it has begun";
}

TEST_F(LostStore, ASourceThatIsNotLetInYetLeavesTheSlotAsItIs) {
  w.never_ends = true;
  until_started();
  const OpId op = w.at("h2").disk.slot.op;
  crash_and_lose_store("h1");
  w.at("h1").domains[VmId("b")].job = Job::kNone;  // the order waits in the hypervisor
  w.lose = [](const HostId&, const HostId& to, const Message& m) {
    return to == HostId("h1") && std::holds_alternative<election::Message>(m);
  };
  w.start("h1");
  for (int i = 0; i < 5; ++i) {
    w.send("h2", "h1", Ask{op, VmId("b")});
    w.run(5s);
  }
  EXPECT_FALSE(w.peer("h1").durable().admitted);
  EXPECT_TRUE(w.sent<Release>("h1").empty()) << "it can't know what it has begun";
}

TEST_F(LostStore, AReservationForNothingIsGivenBackAtOnce) {
  w.run(2s);
  const OpId op{Epoch{1}, Round{1}, 0};
  w.send("h2", "h1", Reserved{op, "test:///default", ""});
  w.run(100ms);
  const auto given_back = w.sent<Release>("h1");
  ASSERT_EQ(given_back.size(), 1U);
  EXPECT_EQ(given_back[0].op, op);
}

TEST_F(LostStore, WhatAnOperationThatItDoesNotKnowHasBecomeIsSaidFromAReadingBegunSinceAlone) {
  w.never_ends = true;
  until_started();
  const OpId op = w.at("h2").disk.slot.op;
  crash_and_lose_store("h1");
  Domain& b = w.at("h1").domains[VmId("b")];
  b.job = Job::kNone;  // not shown yet
  w.start("h1");
  w.run(1s);
  w.tell("h1", OperatorRequest{Rejoin{}});
  w.run(100ms);
  ASSERT_TRUE(w.peer("h1").durable().admitted);
  b.job = Job::kOutgoing;
  w.at("h1").hypervisor_ok = false;
  for (int i = 0; i < 3; ++i) {
    w.send("h2", "h1", Ask{op, VmId("b")});
    w.run(1s);
  }
  EXPECT_TRUE(w.sent<Release>("h1").empty());
  w.at("h1").hypervisor_ok = true;
  w.run(1500ms);
  w.send("h2", "h1", Ask{op, VmId("b")});
  w.run(10ms);
  EXPECT_TRUE(w.sent<Release>("h1").empty());
  EXPECT_EQ(w.sent<Hold>("h1").size(), 1U);
}

TEST_F(LostStore, WhoIsLetInAgainBeforeItsFirstLookStillLeavesItsVmsForTheirCooldown) {
  ASSERT_NO_FATAL_FAILURE(let_in_before_its_first_look());
  w.run(10s);
  w.at("h1").hypervisor_ok = true;
  w.run(2s);
  EXPECT_EQ(w.peer("h1").durable().cooldowns.size(), 2U);
}

TEST_F(LostStore, WhoseDaemonDiesBeforeItsFirstLookStillLeavesItsVmsForTheirCooldown) {
  ASSERT_NO_FATAL_FAILURE(let_in_before_its_first_look());
  w.run(1s);
  w.crash("h1");
  w.at("h1").hypervisor_ok = true;
  w.start("h1");
  w.run(2s);
  EXPECT_EQ(w.peer("h1").durable().cooldowns.size(), 2U);
  EXPECT_FALSE(w.peer("h1").durable().cooldowns_owed) << "not once more at the next start";
}

TEST_F(LostStore, WhoIsLetInAgainLeavesItsVmsForTheirCooldown) {
  crash_and_lose_store("h1");
  w.start("h1");
  w.run(2s);
  w.tell("h1", OperatorRequest{Rejoin{}});
  EXPECT_EQ(w.peer("h1").durable().cooldowns.size(), 2U);
}

TEST_F(LostStore, APeerWithoutItsStoreTakesNoPartUntilACoordinatorAdmitsIt) {
  w.at("h1").domains.erase(VmId("a"));
  w.run(5s);
  crash_and_lose_store("h2");
  w.add_vm("h1", "a", 50);
  w.at("h3").capacity = 10;
  w.start("h2");
  w.run(2s);
  EXPECT_FALSE(w.peer("h2").durable().admitted);
  EXPECT_TRUE(w.sent<Reserved>("h2").empty());
  w.run(15s);
  EXPECT_TRUE(w.peer("h2").durable().admitted);
  EXPECT_EQ(w.notes<note::Admitted>("h2").size(), 1U);
  EXPECT_EQ(w.coordinator(), "h3");
  // What it had reserved before may still be connecting.
  w.run(w.parameters.relief.slot_bound - 5s);
  EXPECT_TRUE(w.sent<Reserved>("h2").empty());
  EXPECT_TRUE(w.run_until([&] { return w.runs_at("b", "h2"); }, 90s));
}

TEST_F(LostStore, APeerWithAnOldStoreIsToldSoByOnesThatHaveBeenRestartedSince) {
  w.run(2s);
  const DurableState old = w.at("h2").disk;
  w.crash("h2");
  w.start("h2");
  w.run(2s);
  for (const char* host : {"h1", "h2", "h3"}) w.crash(host);
  w.at("h2").disk = old;
  w.start("h3");
  w.start("h2");
  w.run(2s);
  EXPECT_FALSE(w.peer("h2").durable().admitted) << "it may have voted since";
  EXPECT_EQ(w.coordinator(), "") << "of three, h2's vote would be needed";
  w.start("h1");
  EXPECT_TRUE(w.run_until([&] { return w.peer("h2").durable().admitted; }, 60s));
}

TEST_F(LostStore, WhatComesToAPeerWithoutItsStoreEndsItsWaitNoSooner) {
  w.at("h1").domains.erase(VmId("a"));
  w.run(5s);
  crash_and_lose_store("h2");
  w.start("h2");
  ASSERT_TRUE(w.run_until([&] { return w.peer("h2").durable().admitted; }, 20s));
  const Instant until = w.now + w.parameters.relief.slot_bound;
  w.run(2s);
  w.add_vm("h2", "moved by hand", 1);
  w.run(2s);
  EXPECT_EQ(w.peer("h2").durable().slot.vm, VmId("moved by hand"));
  w.run(until - w.now - 1s);
  EXPECT_EQ(w.peer("h2").durable().slot.state, gossip::SlotState::kSettling);
  w.run(2s);
  EXPECT_EQ(w.peer("h2").durable().slot.state, gossip::SlotState::kFree);
}

/// Who forgot that it had reserved for a VM is told by its source that the VM starts with its host.
TEST_F(LostStore, WhatComesToAPeerThatHasLostItsStoreMeanwhileStillStartsWithItsHost) {
  for (auto& [id, d] : w.at("h1").domains) d.autostart = true;
  w.migration_time = 20s;
  until_started();
  ASSERT_EQ(w.at("h2").disk.slot.vm, VmId("b"));
  crash_and_lose_store("h2");
  w.start("h2");
  ASSERT_TRUE(w.run_until([&] { return w.runs_at("b", "h2"); }, 30s));
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kForeign) << "not seen to have come yet";
  w.run(10s);
  EXPECT_TRUE(w.at("h1").disk.releases.empty());
  EXPECT_TRUE(w.at("h2").domains[VmId("b")].autostart);
}

TEST_F(LostStore, AMemberThatIsNewTakesAVmAtOnce) {
  w.at("h1").domains.erase(VmId("a"));
  w.crash("h2");
  w.at("h2").disk = DurableState{};
  w.run(5s);
  w.add_vm("h1", "a", 50);
  w.at("h3").capacity = 10;
  w.start("h2");
  EXPECT_TRUE(w.run_until([&] { return w.runs_at("b", "h2"); }, 30s));
}

}  // namespace
}  // namespace prumo::test
