#pragma once
// What is going to happen, in order of (true time, sequence): equal times happen in the order in
// which they were scheduled, so that a seed replays bit for bit.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "tests/simulation/engine/true_time.h"

namespace prumo::simulation {

class EventHeap {
 public:
  using Action = std::function<void()>;

  [[nodiscard]] TrueTime now() const { return now_; }
  [[nodiscard]] std::uint64_t happened() const { return happened_; }

  /// A moment that has passed means now; `TrueTime::max()` means never.
  void at(TrueTime when, Action action) {
    if (when == TrueTime::max()) return;
    heap_.push_back({std::max(when, now_), next_sequence_++, std::move(action)});
    std::push_heap(heap_.begin(), heap_.end(), Later{});
  }
  void after(Duration wait, Action action) { at(now_ + wait, std::move(action)); }

  /// Lets the next thing happen, if it does so by `limit`. False: there is none, and now is
  /// `limit`.
  bool run_next(TrueTime limit) {
    if (heap_.empty() || heap_.front().when > limit) {
      now_ = std::max(now_, limit);
      return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    const Item item = std::move(heap_.back());
    heap_.pop_back();
    now_ = item.when;
    ++happened_;
    item.action();
    return true;
  }

 private:
  struct Item {
    TrueTime when;
    std::uint64_t sequence;
    Action action;
  };
  struct Later {
    bool operator()(const Item& a, const Item& b) const {
      return std::pair(a.when, a.sequence) > std::pair(b.when, b.sequence);
    }
  };

  TrueTime now_{0};
  std::uint64_t next_sequence_ = 0;
  std::uint64_t happened_ = 0;
  std::vector<Item> heap_;
};

}  // namespace prumo::simulation
