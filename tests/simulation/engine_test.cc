#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/simulation/engine/disk.h"
#include "tests/simulation/engine/event_heap.h"
#include "tests/simulation/engine/network.h"
#include "tests/simulation/engine/true_time.h"

namespace prumo::simulation {
namespace {

TEST(EventHeap, OrdersEqualTimesAsTheyWereScheduled) {
  EventHeap heap;
  std::string order;
  heap.at(2s, [&] { order += 'c'; });
  heap.at(1s, [&] { order += 'a'; });
  heap.at(1s, [&] { order += 'b'; });
  while (heap.run_next(1500ms)) {
  }
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(heap.now(), 1500ms);
}

TEST(EventHeap, TakesThePastForNowAndNeverForNever) {
  EventHeap heap;
  int happened = 0;
  heap.at(1s, [&] { heap.at(0s, [&] { ++happened; }); });
  heap.at(TrueTime::max(), [&] { ++happened; });
  while (heap.run_next(1h)) {
  }
  EXPECT_EQ(happened, 1);
}

TEST(HostClock, StartsAtZeroWithEachBootAndKeepsItsRate) {
  HostClock clock(1'040'000);
  clock.boot(100s);
  EXPECT_EQ(clock.local(100s), Instant{0s});
  EXPECT_EQ(clock.local(200s), Instant{104s});
  EXPECT_EQ(clock.own(50s), 52s);
}

TEST(HostClock, FindsTheFirstMomentAtWhichALocalTimeShows) {
  HostClock clock(955'123);
  clock.boot(7s);
  for (std::int64_t local = 0; local < 1'000; ++local) {
    const TrueTime when = clock.when(Instant{Duration{local}});
    EXPECT_GE(clock.local(when), Instant{Duration{local}});
    EXPECT_LT(clock.local(when - Duration{1}), Instant{Duration{std::max<std::int64_t>(local, 1)}});
  }
  EXPECT_EQ(clock.when(Instant::never()), TrueTime::max());
}

struct Wire {
  EventHeap heap;
  int delivered = 0;
  Network network{heap, Random(1), 2,
                  [this](std::size_t, std::size_t, const std::string&) { ++delivered; }};
};

TEST(Network, DropsWhatIsSentIntoACutAndOnlyInThatDirection) {
  Wire wire;
  wire.network.cut(0, 1, 1s);
  wire.network.send(0, 1, "lost");
  wire.network.send(1, 0, "kept");
  while (wire.heap.run_next(2s)) {
  }
  EXPECT_EQ(wire.delivered, 1);
  EXPECT_TRUE(wire.network.open(0, 1));
}

TEST(Network, LeadsWhatIsSentToOneToAnotherAndCutsByWhomItReaches) {
  EventHeap heap;
  std::vector<std::size_t> reached;
  Network network(heap, Random(1), 3,
                  [&](std::size_t, std::size_t to, const std::string&) { reached.push_back(to); });
  network.lead(0, 1, 2);
  network.send(0, 1, "led");
  while (heap.run_next(1s)) {
  }
  network.cut(0, 2, 1s);
  network.send(0, 1, "lost");
  network.send(2, 1, "not led");
  while (heap.run_next(2s)) {
  }
  network.lead_home();
  network.send(0, 1, "at home");
  while (heap.run_next(3s)) {
  }
  EXPECT_EQ(reached, (std::vector<std::size_t>{2, 1, 1}));
}

TEST(Network, LosesAndDoublesAsTheWeatherSays) {
  Wire wire;
  wire.network.set_weather({.loss = 1});
  wire.network.send(0, 1, "lost");
  wire.network.set_weather({.duplicate = 1});
  wire.network.send(0, 1, "doubled");
  while (wire.heap.run_next(2s)) {
  }
  EXPECT_EQ(wire.delivered, 2);
}

TEST(Network, KeepsWhatIsSentIntoAClogAndDeliversItAtItsEnd) {
  Wire wire;
  wire.network.clog(0, 1, 5s);
  for (int i = 0; i < 100; ++i) wire.network.send(0, 1, "kept");
  wire.network.send(1, 0, "not clogged");
  while (wire.heap.run_next(4s)) {
  }
  EXPECT_EQ(wire.delivered, 1);
  EXPECT_TRUE(wire.network.open_both_ways(0, 1));
  while (wire.heap.run_next(6s)) {
  }
  EXPECT_GT(wire.delivered, 50);
  EXPECT_LT(wire.delivered, 101) << "the buffers have an end";
}

DurableState with_starts(std::uint32_t starts) {
  DurableState state;
  state.starts = starts;
  return state;
}

TEST(Disk, KeepsTheLastFinishedWriteOrALaterOneAfterACrash) {
  std::set<std::uint32_t> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    EventHeap heap;
    Disk disk(heap, Random(seed), [](const DurableState&) {});
    bool told = false;
    disk.write_now(with_starts(1));
    disk.write(1, with_starts(2), [&](std::uint64_t, bool) { told = true; });
    disk.write(2, with_starts(3), [&](std::uint64_t, bool) { told = true; });
    disk.crash();
    while (heap.run_next(1min)) {
    }
    EXPECT_FALSE(told);
    seen.insert(disk.stored().starts);
  }
  EXPECT_EQ(seen, (std::set<std::uint32_t>{1, 2, 3}));
}

/// The start count that a daemon finds at its fifth start, after `happens`.
DurableState found_after(void (Disk::*happens)()) {
  EventHeap heap;
  Disk disk(heap, Random(1), [](const DurableState&) {});
  for (std::uint32_t start = 1; start <= 4; ++start) {
    EXPECT_EQ(disk.open().starts, start - 1);
    disk.write_now(with_starts(start));
  }
  (disk.*happens)();
  return disk.open();
}

TEST(Disk, ForgetsAllWhenItsFileIsLost) { EXPECT_EQ(found_after(&Disk::lose), DurableState{}); }
TEST(Disk, SaysSoWhenItsFileIsDamaged) {
  const DurableState found = found_after(&Disk::damage);
  EXPECT_EQ(found.starts, 0U);
  EXPECT_FALSE(found.admitted);
}
TEST(Disk, IsRolledBackToWhatStartsHaveOverwrittenSince) {
  EXPECT_EQ(found_after(&Disk::roll_back).starts, 1U);
}

TEST(Disk, CountsTheStartsSinceItsStoreWasLost) {
  EventHeap heap;
  Disk disk(heap, Random(1), [](const DurableState&) {});
  disk.write_now(with_starts(7));
  EXPECT_EQ(disk.open().starts, 7U);
  EXPECT_EQ(disk.counted_since_loss(), std::nullopt);
  disk.lose();
  EXPECT_EQ(disk.open().starts, 0U);
  EXPECT_EQ(disk.open().starts, 0U);
  EXPECT_EQ(disk.counted_since_loss(), 2U);
}

TEST(Disk, MayHoldAfterACrashWhatFailedLastAndNothingThatFailedBeforeAWriteThatDidNot) {
  std::set<std::uint32_t> found;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    EventHeap heap;
    Disk disk(heap, Random(seed), [](const DurableState&) {});
    const auto write = [&](std::uint32_t starts, double failure) {
      disk.set_weather({.failure = failure});
      disk.write(starts, with_starts(starts), [](std::uint64_t, bool) {});
      for (const TrueTime until = heap.now() + 1min; heap.run_next(until);) {
      }
    };
    write(1, 1);
    write(2, 0);
    EXPECT_EQ(disk.stored().starts, 2U);
    write(3, 1);
    EXPECT_EQ(disk.stored().starts, 2U);
    const bool there = disk.crash();
    EXPECT_EQ(disk.stored().starts, there ? 3U : 2U);
    found.insert(disk.stored().starts);
  }
  EXPECT_EQ(found, (std::set<std::uint32_t>{2, 3}));
}

TEST(Disk, WritesNothingWhenItFailsAndSaysSo) {
  EventHeap heap;
  Disk disk(heap, Random(1), [](const DurableState&) {});
  disk.set_weather({.failure = 1});
  bool ok = true;
  disk.write(1, with_starts(9), [&](std::uint64_t, bool fine) { ok = fine; });
  while (heap.run_next(1min)) {
  }
  EXPECT_FALSE(ok);
  EXPECT_EQ(disk.stored().starts, 0U);
}

}  // namespace
}  // namespace prumo::simulation
