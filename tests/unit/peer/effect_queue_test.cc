#include "src/peer/effect_queue.h"

#include <gtest/gtest.h>

namespace prumo {
namespace {

const Instant kNow{10s};
const OpId kOp{Epoch{1}, Round{2}, 3};

Effect say(const std::string& to, bool immediate = false,
           std::optional<Instant> not_after = std::nullopt) {
  return Send{HostId(to), Message{Ask{kOp}}, not_after, immediate};
}
Effect persist(std::uint64_t sequence) { return Persist{sequence, {}}; }
Effect note() { return Note{note::Leaving{}}; }

struct Queue : testing::Test {
  EffectQueue q;
  std::vector<Event> events;

  std::string next_to() {
    const auto e = q.next(kNow, events);
    if (!e) return "nothing";
    if (const auto* s = std::get_if<Send>(&*e)) return s->to.value;
    if (const auto* p = std::get_if<Persist>(&*e)) return "persist " + std::to_string(p->sequence);
    return "other";
  }
};

TEST_F(Queue, HandsOutInOrderAndNothingPastAPersistBeforeItIsStored) {
  q.add({say("a"), persist(1), say("b")});
  EXPECT_EQ(next_to(), "a");
  EXPECT_EQ(next_to(), "persist 1");
  EXPECT_EQ(next_to(), "nothing");
  q.add({say("c")});
  EXPECT_EQ(next_to(), "nothing");
  q.stored(1, events);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<Stored>(events[0]).sequence, 1U);
  EXPECT_EQ(next_to(), "b");
  EXPECT_EQ(next_to(), "c");
}

TEST_F(Queue, ImmediateSendsOvertake) {
  q.add({persist(1), say("a")});
  EXPECT_EQ(next_to(), "persist 1");
  q.add({say("beat", true)});
  EXPECT_EQ(next_to(), "beat");
  EXPECT_EQ(next_to(), "nothing");
}

TEST_F(Queue, PersistsWithOnlyNotesBetweenBecomeOne) {
  q.add({persist(1), say("a"), persist(2), note(), persist(3), say("b")});
  EXPECT_EQ(next_to(), "persist 1");
  q.stored(1, events);
  EXPECT_EQ(next_to(), "a");
  EXPECT_EQ(next_to(), "persist 3");
  EXPECT_EQ(next_to(), "nothing");
  q.stored(3, events);
  EXPECT_EQ(next_to(), "other");
  EXPECT_EQ(next_to(), "b");
}

TEST_F(Queue, WhatIsLateIsDroppedAndReported) {
  const Reserve reserve{kOp, VmId("v"), "", {}, 0, false};
  q.add({Send{HostId("a"), Message{reserve}, kNow - 1ms, false},
         StartMigration{kOp, VmId("v"), "", HostId("a"), "", "", false, kNow - 1ms},
         say("b", false, kNow)});
  EXPECT_EQ(next_to(), "b") << "the limit itself is in time";
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(std::get<Expired>(events[0]).what, kExpiredReserve);
  EXPECT_EQ(std::get<Expired>(events[1]).what, kExpiredStart);
  EXPECT_EQ(std::get<Expired>(events[1]).op, kOp);
}

TEST_F(Queue, AFailedWriteDropsWhatWaitedButForNotesAndNamesTheHighestLost) {
  q.add({persist(1), note(), say("a"), persist(2),
         StartMigration{kOp, VmId("v"), "", HostId("a"), "", "", false, Instant::never()}});
  EXPECT_EQ(next_to(), "persist 1");
  q.store_failed(1, "disk full", events);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(std::get<StoreFailed>(events[0]).sequence, 2U);
  EXPECT_EQ(std::get<Expired>(events[1]).op, kOp);
  EXPECT_EQ(next_to(), "other");
  EXPECT_EQ(next_to(), "nothing");
  q.add({say("later")});
  EXPECT_EQ(next_to(), "later");
}

TEST_F(Queue, AnAbortOutlivesAFailedWrite) {
  q.add({persist(1), say("a"), AbortMigration{kOp, VmId("v")}});
  EXPECT_EQ(next_to(), "persist 1");
  EXPECT_EQ(next_to(), "nothing");
  q.store_failed(1, "disk full", events);
  const auto e = q.next(kNow, events);
  ASSERT_TRUE(e);
  EXPECT_EQ(std::get<AbortMigration>(*e).op, kOp);
  EXPECT_EQ(next_to(), "nothing");
}

TEST_F(Queue, AVerdictThatRestsOnAFailedWriteBecomesANo) {
  q.add({persist(1), Verdict{7, true, ""}});
  EXPECT_EQ(next_to(), "persist 1");
  EXPECT_EQ(next_to(), "nothing");
  q.store_failed(1, "disk full", events);
  const auto e = q.next(kNow, events);
  ASSERT_TRUE(e);
  const auto& verdict = std::get<Verdict>(*e);
  EXPECT_EQ(verdict.question, 7U);
  EXPECT_FALSE(verdict.yes);
  EXPECT_EQ(verdict.why, "it can't be stored: disk full");
}

TEST_F(Queue, AnAnswerAboutAnotherWriteIsIgnored) {
  q.add({persist(5), say("a")});
  EXPECT_EQ(next_to(), "persist 5");
  q.stored(4, events);
  q.store_failed(6, "x", events);
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(next_to(), "nothing");
}

TEST_F(Queue, StaysWithinItsBoundWhileTheDiskHangs) {
  q.add({persist(1)});
  EXPECT_EQ(next_to(), "persist 1");
  for (std::uint64_t i = 0; i < 3 * EffectQueue::kMost; ++i) {
    q.add({persist(i + 2), say("a"), note(), say("beat", true)});
  }
  EXPECT_LE(q.size(), 2 * EffectQueue::kMost);
  EXPECT_GT(q.dropped(), 0U);
}

}  // namespace
}  // namespace prumo
