// The destination's slot, driven directly: what frees it, and what does not.

#include "src/peer/slot.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "src/core/run.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

using gossip::SlotState;

struct SlotTest : testing::Test {
  Instant now{100s};
  HostId self{"d"};
  HostId source{"s"};
  RunId run = run_in("source-1", 1);
  std::string boot = "boot-1";
  Parameters parameters;
  DurableState durable;
  Effects effects;
  OwnHost host{parameters, now};
  Slot slot{now};
  Reading reading;
  const Reserve reserve{{Epoch{3}, Round{7}, 0}, VmId("v"), "web", {10, 10, 0}, 10, false};

  void SetUp() override {
    reading.hypervisor_ok = true;
    reading.capacity = {100, 100, 100};
    reading.usage = {20, 20, 0};
    reading.available_memory_mib = 80;
    sample();
  }
  Turn turn() { return {now, self, boot, parameters, durable, effects, {}, Epoch{3}}; }
  void pass(Duration d) {
    now = now + d;
    Turn t = turn();
    slot.tick(t);
  }
  /// A reading that was begun `ago` before now.
  void sample(Duration ago = Duration{0}) {
    reading.begun = now - ago;
    Turn t = turn();
    if (host.sampled(reading, t.now)) slot.looked(t, host, VmId{});
  }
  void ask_for(const Reserve& r, std::string brake = {}) {
    Turn t = turn();
    t.brake = std::move(brake);
    slot.reserve(t, {source, run}, r, host, "");
  }
  void release() {
    Turn t = turn();
    slot.release(t, {source, run}, Release{reserve.op, reserve.vm, false}, host);
  }
  /// Its source says it again until it is answered from a reading begun since.
  void release_until_answered(const Release& r) {
    const std::size_t before = sent<ReleaseAck>().size();
    for (int i = 0; i < 2; ++i) {
      Turn t = turn();
      slot.release(t, {source, run}, r, host);
      if (sent<ReleaseAck>().size() > before) return;
      pass(1s);
      sample();
    }
  }
  template <class M>
  std::vector<M> sent() {
    std::vector<M> found;
    for (const Effect& e : effects) {
      const auto* send = std::get_if<Send>(&e);
      const auto* m = send != nullptr ? std::get_if<M>(&send->message) : nullptr;
      if (m != nullptr) found.push_back(*m);
    }
    return found;
  }
  template <class N>
  std::vector<N> noted() {
    std::vector<N> found;
    for (const Effect& e : effects) {
      const auto* note = std::get_if<Note>(&e);
      const auto* n = note != nullptr ? std::get_if<N>(note) : nullptr;
      if (n != nullptr) found.push_back(*n);
    }
    return found;
  }
  /// "yes", or why not.
  std::string hook(const std::string& vm) {
    Turn t = turn();
    slot.incoming_asked(t, IncomingAsked{1, VmId(vm), "name-" + vm});
    const auto& verdict = std::get<Verdict>(effects.back());
    return verdict.yes ? "yes" : verdict.why;
  }
  std::string refusal(const Reserve& r) {
    ask_for(r);
    const auto all = sent<Refused>();
    return all.empty() ? "" : all.back().reason;
  }
  Domain domain(const std::string& id, DomainState state, Job job = Job::kNone) {
    Domain d;
    d.id = VmId(id);
    d.name = "name-" + id;
    d.state = state;
    d.job = job;
    return d;
  }
  SlotState state() const { return durable.slot.state; }
};

TEST_F(SlotTest, IsUnknownAndRefusesBeforeTheFirstLook) {
  Slot fresh(now);
  EXPECT_EQ(fresh.shown(durable), SlotState::kUnknown);
  Turn t = turn();
  fresh.reserve(t, {source, run}, reserve, host, "");
  EXPECT_EQ(sent<Refused>().size(), 1U);
  EXPECT_EQ(state(), SlotState::kFree);
}

TEST_F(SlotTest, ReleaseAloneFreesNothing) {
  ask_for(reserve);
  ASSERT_EQ(state(), SlotState::kHeld);
  pass(5s);
  release();
  EXPECT_EQ(state(), SlotState::kHeld);
  EXPECT_TRUE(sent<ReleaseAck>().empty());
}

/// Of two looks that overlap the one begun later may have seen the host earlier.
TEST_F(SlotTest, WhatALookHasShownIsNotDeniedByOneBegunBeforeThatWasUsed) {
  ask_for(reserve);
  pass(5s);
  reading.domains = {domain("v", DomainState::kPausedIncoming, Job::kIncoming)};
  sample(3s);
  ASSERT_EQ(state(), SlotState::kIncoming);
  reading.domains.clear();
  sample(2s);
  EXPECT_EQ(state(), SlotState::kIncoming);
  pass(1s);
  sample();
  EXPECT_EQ(state(), SlotState::kFree) << "it has left since";
}

TEST_F(SlotTest, WhatCameInAndIsOffWithoutItsFlagIsReportedOnItsSourcesWord) {
  Release done{reserve.op, reserve.vm};
  done.autostart = true;
  reading.domains = {domain("v", DomainState::kShutOff)};
  reading.domains[0].autostart = true;  // it will start with this host
  done.done = true;
  release_until_answered(done);
  EXPECT_TRUE(durable.operator_needed.empty());

  reading.domains[0].autostart = false;
  done.done = false;  // it may never have left its source, and is off there
  release_until_answered(done);
  EXPECT_TRUE(durable.operator_needed.empty());
  done.done = true;
  release_until_answered(done);
  EXPECT_TRUE(durable.operator_needed.contains(VmId("v")));
}

/// Its store is lost; the source hears at once that the VM has come, the hypervisor here is asked
/// each few seconds.
TEST_F(SlotTest, ThatWhatItKnowsNothingOfHasNotComeIsAnsweredFromAReadingBegunSinceAlone) {
  for (const bool seen_coming : {false, true}) {
    durable = {};
    effects.clear();
    slot = Slot(now);
    reading.domains.clear();
    if (seen_coming) reading.domains = {domain("v", DomainState::kPausedIncoming, Job::kIncoming)};
    pass(1s);
    sample();
    ASSERT_EQ(state(), seen_coming ? SlotState::kForeign : SlotState::kFree);
    Release done{reserve.op, reserve.vm};
    done.autostart = done.done = true;
    const auto say = [&] {
      Turn t = turn();
      slot.release(t, {source, run}, done, host);
    };
    pass(1s);
    say();
    EXPECT_TRUE(std::any_of(effects.begin(), effects.end(),
                            [](const Effect& e) { return std::holds_alternative<Observe>(e); }));
    pass(2s);
    sample(3s);  // begun before
    say();
    EXPECT_TRUE(sent<ReleaseAck>().empty());

    reading.domains = {domain("v", DomainState::kRunning)};
    pass(1s);
    sample();
    say();
    ASSERT_EQ(sent<ReleaseAck>().size(), 1U);
    EXPECT_TRUE(sent<ReleaseAck>()[0].active);
    EXPECT_TRUE(sent<ReleaseAck>()[0].autostart);
    EXPECT_TRUE(durable.autostart_due.contains(VmId("v")));
  }
}

TEST_F(SlotTest, ThatWhatItKnowsNothingOfRunsHereIsAnsweredFromAReadingBegunSinceAlone) {
  reading.domains = {domain("v", DomainState::kRunning)};
  pass(1s);
  sample();
  pass(60s);  // its hypervisor is silent, and the VM moves on to its source meanwhile
  const auto say = [&] {
    Turn t = turn();
    slot.release(t, {source, run}, Release{reserve.op, reserve.vm}, host);
  };
  say();
  pass(2s);
  say();
  EXPECT_TRUE(sent<ReleaseAck>().empty());
  reading.domains = {};
  sample();
  say();
  ASSERT_EQ(sent<ReleaseAck>().size(), 1U);
  EXPECT_FALSE(sent<ReleaseAck>()[0].active);
}

TEST_F(SlotTest, WhatIsComingInYetIsNeitherSaidToHaveComeNorNotTo) {
  for (const bool comes : {false, true}) {
    durable = {};
    effects.clear();
    slot = Slot(now);
    reading.domains = {domain("v", DomainState::kPausedIncoming, Job::kIncoming)};
    pass(1s);
    sample();
    ASSERT_EQ(state(), SlotState::kForeign);
    const Release stayed{reserve.op, reserve.vm, true, true, true, false};
    release_until_answered(stayed);
    release_until_answered(stayed);
    EXPECT_TRUE(sent<ReleaseAck>().empty());
    reading.domains.clear();
    if (comes) reading.domains = {domain("v", DomainState::kRunning)};
    pass(1s);
    sample();
    release_until_answered(stayed);
    ASSERT_EQ(sent<ReleaseAck>().size(), 1U);
    EXPECT_EQ(sent<ReleaseAck>()[0].active, comes);
  }
}

TEST_F(SlotTest, WhatTheHookHasLetInBeforeARestartMayBeShownSomeTimeAfterIt) {
  for (const bool reserved : {false, true}) {
    durable = {};
    slot = Slot(now);
    pass(1s);
    sample();
    if (reserved) ask_for(reserve);
    ASSERT_EQ(hook("v"), "yes");
    slot = Slot(now);
    pass(100ms);
    sample();
    release();
    pass(100ms);
    sample();
    EXPECT_EQ(state(), reserved ? SlotState::kIncoming : SlotState::kForeign);
    pass(2s);
    sample();
    EXPECT_EQ(state(), SlotState::kFree);
  }
}

TEST_F(SlotTest, WhatIsNotHereIsSaidToBeSoOnTheSecondTimeHoweverMuchAnotherHostSays) {
  release();
  EXPECT_TRUE(sent<ReleaseAck>().empty());
  for (std::uint32_t i = 0; i < 1000; ++i) {
    OpId other = reserve.op;
    other.index = i;
    Turn t = turn();
    slot.release(t, {HostId("z"), run}, Release{other, VmId("w")}, host);
  }
  pass(1s);
  sample();
  release();
  ASSERT_EQ(sent<ReleaseAck>().size(), 1U);
  EXPECT_FALSE(sent<ReleaseAck>()[0].active);
}

TEST_F(SlotTest, ADefinitionThatMayHaveBeenHereProvesAnArrivalOnlyWithItsSourcesWord) {
  for (const bool came : {false, true}) {
    parameters.relief.allow_defined = true;
    durable = {};
    slot = Slot(now);
    reading.domains = {domain("v", DomainState::kShutOff)};
    pass(1s);
    sample();
    Reserve r = reserve;
    r.autostart = true;
    r.name = "name-v";
    ask_for(r);
    ASSERT_EQ(state(), SlotState::kHeld);
    Turn t = turn();
    Release done{r.op, r.vm};
    done.autostart = true;
    done.done = came;
    slot.release(t, {source, run}, done, host);
    pass(1s);
    sample();
    EXPECT_EQ(state(), SlotState::kFree);
    EXPECT_EQ(durable.operator_needed.contains(VmId("v")), came);
  }
}

TEST_F(SlotTest, AReadingBegunBeforeTheReleaseFreesNothing) {
  ask_for(reserve);
  pass(5s);
  release();
  pass(2s);
  sample(3s);
  EXPECT_EQ(state(), SlotState::kHeld);
  pass(2s);
  sample(1s);
  EXPECT_EQ(state(), SlotState::kFree);
  ASSERT_EQ(sent<ReleaseAck>().size(), 1U);
  EXPECT_FALSE(sent<ReleaseAck>()[0].active);
}

TEST_F(SlotTest, HeldWithoutReleaseOutlastsReadingsThatShowNothing) {
  ask_for(reserve);
  for (int i = 0; i < 20; ++i) {
    pass(5s);
    Turn t = turn();
    slot.hold(t, source, Hold{reserve.op});
    sample();
    ASSERT_EQ(state(), SlotState::kHeld) << i;
  }
}

TEST_F(SlotTest, AsksEachSecondOnceItHasBeenHeldForLong) {
  ask_for(reserve);
  pass(9s);
  EXPECT_TRUE(sent<Ask>().empty());
  for (int i = 0; i < 3; ++i) pass(1s);
  EXPECT_EQ(sent<Ask>().size(), 3U);
}

TEST_F(SlotTest, WhatItsSourceHasNotGivenUpRestsForTheBoundAndThenForItsCooldown) {
  parameters.relief.cooldown = 20s;
  ask_for(reserve);
  pass(5s);
  reading.domains = {domain("v", DomainState::kRunning)};
  sample();
  EXPECT_EQ(cooldown_left(durable, VmId("v"), now), parameters.relief.slot_bound);
  pass(16s);
  ASSERT_EQ(state(), SlotState::kFree);
  release_until_answered({reserve.op, reserve.vm});
  EXPECT_EQ(cooldown_left(durable, VmId("v"), now), Duration(20s));
}

TEST_F(SlotTest, WhatHasArrivedSettlesForTheWholeTimeAndCoolsDown) {
  ask_for(reserve);
  pass(5s);
  reading.domains = {domain("v", DomainState::kRunning)};
  sample();
  ASSERT_EQ(state(), SlotState::kSettling);
  ASSERT_EQ(durable.cooldowns.size(), 1U);
  EXPECT_EQ(durable.cooldowns[0].vm, VmId("v"));
  pass(14'999ms);
  EXPECT_EQ(state(), SlotState::kSettling);
  pass(1ms);
  EXPECT_EQ(state(), SlotState::kFree);
}

TEST_F(SlotTest, AVmThatComesInUnreservedWhileItSettlesInterruptsButDoesNotShortenIt) {
  ask_for(reserve);
  pass(5s);
  reading.domains = {domain("v", DomainState::kRunning)};
  sample();
  pass(1s);
  reading.domains.push_back(domain("x", DomainState::kPausedIncoming, Job::kIncoming));
  sample();
  ASSERT_EQ(state(), SlotState::kForeign);
  pass(1s);
  reading.domains.pop_back();
  sample();
  EXPECT_EQ(state(), SlotState::kSettling);
  pass(12s);
  sample();
  pass(1s);
  EXPECT_EQ(state(), SlotState::kFree);
}

TEST_F(SlotTest, AVmThatTurnsUpBetweenTwoReadingsIsTakenToHaveComeIn) {
  pass(5s);
  reading.domains = {domain("x", DomainState::kRunning)};
  sample();
  EXPECT_EQ(state(), SlotState::kSettling);
}

TEST_F(SlotTest, TheHooksWordAloneTurnsHeldIntoIncomingAndNothingFreesItBeforeTheSourceSpeaks) {
  ask_for(reserve);
  pass(1s);
  EXPECT_EQ(hook("other"), "yes");
  EXPECT_EQ(state(), SlotState::kHeld);
  EXPECT_EQ(hook("v"), "yes");
  EXPECT_EQ(state(), SlotState::kIncoming);
  pass(1s);
  sample();
  EXPECT_EQ(state(), SlotState::kIncoming);
}

TEST_F(SlotTest, AVmWhoseSlotWasGivenUpIsTurnedAwayUntilThatIsForgotten) {
  ask_for(reserve);
  pass(5s);
  release();
  pass(1s);
  sample();
  ASSERT_EQ(state(), SlotState::kFree);
  EXPECT_EQ(hook("v"),
            "operation 3.7.0 ended and gave up its slot here; to bring it here by hand, first: "
            "prumo settle v");
  EXPECT_EQ(state(), SlotState::kFree);
  EXPECT_EQ(noted<note::TurnedAway>().size(), 1U);
  now = now + parameters.relief.freed_memory - 2s;
  EXPECT_NE(hook("v"), "yes");
  now = now + 2s;
  EXPECT_EQ(hook("v"), "yes");
}

TEST_F(SlotTest, BetweenTheReleaseAndTheReadingThatFreesItTheHookAlreadySaysNo) {
  ask_for(reserve);
  pass(5s);
  release();
  EXPECT_EQ(hook("v"), "operation 3.7.0 has ended and given up its slot");
  EXPECT_EQ(state(), SlotState::kHeld);
}

TEST_F(SlotTest, ANewReservationLetsInAVmThatWasGivenUpBefore) {
  ask_for(reserve);
  release();
  pass(1s);
  sample();
  Reserve second = reserve;
  second.op.round = Round{8};
  ask_for(second);
  EXPECT_EQ(hook("v"), "yes");
  EXPECT_EQ(state(), SlotState::kIncoming);
}

TEST_F(SlotTest, AVmThatArrivedIsNotOneThatWasGivenUp) {
  ask_for(reserve);
  pass(1s);
  reading.domains = {domain("v", DomainState::kRunning)};
  sample();
  ASSERT_EQ(state(), SlotState::kSettling);
  pass(20s);
  reading.domains.clear();
  sample();
  EXPECT_EQ(hook("v"), "yes");
}

TEST_F(SlotTest, WhatIsGivenUpIsRememberedWithinABound) {
  for (int i = 0; i < 300; ++i) {
    Turn t = turn();
    remember_freed(t, VmId("vm" + std::to_string(i)), reserve.op);
  }
  EXPECT_EQ(durable.freed.size(), kMostFreed);
  EXPECT_NE(hook("vm299"), "yes");
  EXPECT_EQ(hook("vm0"), "yes") << "the oldest goes first";
}

TEST_F(SlotTest, StrictLetsInOnlyWhatHoldsTheSlot) {
  parameters.relief.strict = true;
  EXPECT_EQ(hook("x"), "this host takes in only what prumo has reserved (hook.strict)");
  EXPECT_EQ(state(), SlotState::kFree);
  ask_for(reserve);
  EXPECT_NE(hook("x"), "yes");
  EXPECT_EQ(hook("v"), "yes");
}

TEST_F(SlotTest, AVmThatNobodyReservedTakesTheSlotAtTheHooksWordAndLosesItWhenItDoesNotCome) {
  EXPECT_EQ(hook("x"), "yes");
  ASSERT_EQ(state(), SlotState::kForeign);
  EXPECT_EQ(refusal(reserve), "receiving name-x, which nobody reserved");
  pass(1s);
  sample();
  EXPECT_EQ(state(), SlotState::kForeign) << "libvirt may not show it yet";
  pass(2s);
  sample();
  EXPECT_EQ(state(), SlotState::kFree);
  EXPECT_EQ(hook("x"), "yes") << "nobody had reserved for it, so nobody gave it up";
}

TEST_F(SlotTest, TheHooksWordBeforeTheFirstLookIsKept) {
  ask_for(reserve);
  slot = Slot(now);
  EXPECT_EQ(hook("v"), "yes");
  EXPECT_EQ(state(), SlotState::kIncoming);
  pass(1s);
  sample();
  EXPECT_EQ(state(), SlotState::kIncoming);
}

TEST_F(SlotTest, RefusesWithTheReason) {
  Reserve r = reserve;
  r.demand.cpu = 66;
  EXPECT_EQ(refusal(r), "cpu 0.860 > 0.850");
  r = reserve;
  r.memory_mib = 81;
  EXPECT_EQ(refusal(r), "available memory 80 MiB < 81 MiB");
  r = reserve;
  r.op.epoch = Epoch{2};
  EXPECT_EQ(refusal(r), "epoch 2 < 3");
  ask_for(reserve, "paused by h9");
  EXPECT_EQ(sent<Refused>().back().reason, "paused by h9");
  pass(1s);
  reading.domains = {domain("v", DomainState::kShutOff)};
  sample();
  EXPECT_EQ(refusal(reserve), "an inactive definition of it is here");
  parameters.relief.allow_defined = true;
  reading.domains = {domain("other", DomainState::kShutOff)};
  reading.domains[0].name = "web";
  pass(1s);
  sample();
  EXPECT_EQ(refusal(reserve), "its name belongs to another domain here");
}

TEST_F(SlotTest, AReadingWithoutFiguresOfTheHostDoesNotMakeItIdle) {
  reading.usage = {80, 20, 0};
  for (int i = 0; i < 10; ++i) sample();
  const Reading good = reading;
  reading.capacity = {};
  reading.usage = {};
  reading.available_memory_mib = 0;
  reading.hypervisor_ok = false;
  for (int i = 0; i < 5; ++i) sample();
  EXPECT_GT(host.usage().cpu, 79);
  EXPECT_EQ(host.available_memory_mib(), 80);
  reading = good;
  sample();
  EXPECT_EQ(refusal(reserve), "cpu 0.900 > 0.850");
}

TEST_F(SlotTest, TheTargetItselfIsNotExceeded) {
  Reserve r = reserve;
  r.demand.cpu = 65;
  ask_for(r);
  EXPECT_EQ(sent<Reserved>().size(), 1U);
}

TEST_F(SlotTest, ASecondOperationIsRefusedWhileTheFirstIsHeld) {
  ask_for(reserve);
  Reserve second = reserve;
  second.op.index = 1;
  second.vm = VmId("w");
  EXPECT_EQ(refusal(second), "held for web from s");
  EXPECT_EQ(durable.slot.vm, VmId("v"));
}

TEST_F(SlotTest, WithoutFreshReadingsItRefuses) {
  pass(25s);
  EXPECT_EQ(refusal(reserve), "its hypervisor does not answer");
}

TEST_F(SlotTest, AReleaseOfAnotherSourceOrOperationChangesNothing) {
  ask_for(reserve);
  pass(1s);
  Turn t = turn();
  slot.release(t, {HostId("z"), run}, Release{reserve.op, reserve.vm, false}, host);
  OpId other = reserve.op;
  other.index = 9;
  slot.release(t, {source, run}, Release{other, reserve.vm, false}, host);
  pass(1s);
  sample();
  EXPECT_EQ(state(), SlotState::kHeld);
}

TEST_F(SlotTest, ARestartedDaemonOfItsSourceReleasesIt) {
  ask_for(reserve);
  run = run_in("source-1", 2);
  release();
  pass(1s);
  sample();
  EXPECT_EQ(state(), SlotState::kFree);
}

TEST_F(SlotTest, AnotherBootOfItsSourceReleasesNothingBeforeTheBound) {
  ask_for(reserve);
  pass(1s);
  run = run_in("source-2", 1);
  release();
  pass(1s);
  sample();
  EXPECT_EQ(state(), SlotState::kHeld) << "a second host of that id knows of no operation";
  pass(parameters.relief.slot_bound);
  pass(1s);
  sample();
  EXPECT_EQ(state(), SlotState::kFree);
}

/// Both hosts lose power just after the arrival: nobody has set its flag, and nobody starts it.
TEST_F(SlotTest, WhatCameInIsReportedWhenItsSourceHasBootedSinceAndTheSlotWaits) {
  for (const bool allow : {false, true}) {
    parameters.relief.allow_defined = allow;
    durable = {};
    slot = Slot(now);
    reading.domains.clear();
    pass(1s);
    sample();
    Reserve r = reserve;
    r.autostart = true;
    ask_for(r);
    Release done{r.op, r.vm};
    done.autostart = done.done = true;
    slot = Slot(now);  // restarted
    reading.domains = {domain("v", DomainState::kShutOff)};
    pass(1s);
    sample();
    const auto other_boot_says = [&](const Release& what) {
      Turn t = turn();
      slot.release(t, {source, run_in("source-2", 1)}, what, host);
      pass(parameters.relief.lost_after * 2 / 3);
      sample();
    };
    Release nothing{r.op, r.vm};
    if (allow) {
      other_boot_says(nothing);
      EXPECT_TRUE(durable.operator_needed.empty()) << "the definition may have been here before";
    }
    other_boot_says(done);
    EXPECT_TRUE(durable.operator_needed.contains(VmId("v")));
    EXPECT_EQ(state(), SlotState::kHeld) << "another machine with that id may have said it";
  }
}

TEST_F(SlotTest, WhileItsSourceSaysThatItGoesOnNothingIsReported) {
  Reserve r = reserve;
  r.autostart = true;
  ask_for(r);
  reading.domains = {domain("v", DomainState::kShutOff)};
  for (int i = 0; i < 60; ++i) {
    pass(1s);
    Turn t = turn();
    slot.hold(t, source, Hold{r.op});
    sample();
  }
  EXPECT_TRUE(durable.operator_needed.empty());
}

TEST_F(SlotTest, ReservesNothingTwiceForTwoRunsThatCountAlike) {
  ask_for(reserve);
  run = run_in("source-2", 1);
  EXPECT_EQ(refusal(reserve), "held for web from s");
}

}  // namespace
}  // namespace prumo
