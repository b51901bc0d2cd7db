#pragma once
// A host's store: one value, written whole. Writes are done one after another, each takes its time
// and may fail. A crash in the middle leaves the last finished write, or a later one of those that
// were under way: nobody can know which had reached the platter. Nor is it known of the last one that
// failed: where only its sync did, it stands in SQLite's log until the next write overwrites it, and
// who opens the file after a crash finds it. Beyond what a crash does, the whole of it may be lost:
// the file gone or unreadable, or an old one back in its place.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "src/core/random.h"
#include "src/peer/durable.h"
#include "tests/simulation/engine/event_heap.h"

namespace prumo::simulation {

struct DiskWeather {
  Duration write_least{500};
  Duration write_usual{5'000};
  double slow = 0;  ///< probability of a write up to `write_most`
  Duration write_most{5'000};
  double failure = 0;
};

class Disk {
 public:
  /// Told of each write's end; `ok` false: nothing was written.
  using Done = std::function<void(std::uint64_t sequence, bool ok)>;
  /// Told of each value that reaches the platter.
  using Landed = std::function<void(const DurableState&)>;

  Disk(EventHeap&, Random, Landed);

  void set_weather(const DiskWeather& weather) { weather_ = weather; }
  /// Nothing can be relied on to be written soon.
  [[nodiscard]] bool bad() const {
    return hangs() || weather_.failure >= 0.5 || weather_.slow >= 0.5;
  }
  /// Nothing ends for so long, what is under way neither.
  void hang(Duration);
  void stop_hang();
  [[nodiscard]] bool hangs() const { return heap_.now() < hung_until_; }
  void write(std::uint64_t sequence, DurableState state, Done done);
  /// kill -9 or a power cut: those who wait are never told. True: a write that was reported as failed
  /// stands on the platter.
  bool crash();
  [[nodiscard]] const DurableState& stored() const { return stored_; }
  /// What a daemon finds when it starts; the caller raises the start count and writes it back.
  [[nodiscard]] DurableState open();
  /// No file is there any more: like on a new host.
  void lose();
  /// The file can't be read: it is set aside, and the daemon knows it.
  void damage();
  /// The file is that of two starts ago, or lost when there was none.
  void roll_back();
  /// What it held at the earliest start that is remembered; as on a new host when there was none.
  [[nodiscard]] DurableState of_earlier_start() const {
    return at_starts_.empty() ? DurableState{} : at_starts_.front();
  }
  /// What the start count has come to since the store was last lost, damaged or rolled back, by the
  /// store's own count alone: a host that has a higher one was told so by others. None: never lost.
  [[nodiscard]] std::optional<std::uint64_t> counted_since_loss() const { return counted_; }
  /// A write that is done at once, as at the start of a daemon.
  void write_now(DurableState state);

 private:
  struct Write {
    std::uint64_t sequence;
    DurableState state;
    Done done;
  };
  void begin_next();
  void finish();
  void wake();

  EventHeap& heap_;
  Random random_;
  Random torn_;  ///< what becomes of failed writes
  Landed landed_;
  DiskWeather weather_;
  DurableState stored_;
  std::deque<DurableState> at_starts_;  ///< as found at the last starts, the newest last
  bool damaged_ = false;
  std::optional<std::uint64_t> counted_;
  std::optional<DurableState> in_log_;  ///< failed, but may be found after a crash
  TrueTime hung_until_{0};
  bool held_up_ = false;       ///< the write under way would be over, but for the hang
  std::deque<Write> waiting_;  ///< the first is under way
  std::uint64_t life_ = 0;     ///< raised at a crash: what was scheduled before means nothing
};

}  // namespace prumo::simulation
