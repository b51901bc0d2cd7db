#pragma once
// The network between the hosts: frames are delayed, lost, doubled and reordered, and any direction
// of any link can be cut for a time. One direction at a time, so that one-way cuts, non-transitive
// cuts (A and B hear C but not each other) and partitions are all the same thing.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "src/core/random.h"
#include "tests/simulation/engine/event_heap.h"

namespace prumo::simulation {

struct NetworkWeather {
  Duration delay_least{100};
  Duration delay_usual{1'000};
  double late = 0;  ///< probability of a delay up to `delay_most`
  Duration delay_most{1'000};
  double loss = 0;
  double duplicate = 0;
};

class Network {
 public:
  using Deliver = std::function<void(std::size_t from, std::size_t to, const std::string& frame)>;

  Network(EventHeap&, Random, std::size_t hosts, Deliver);

  void set_weather(const NetworkWeather& weather) { weather_ = weather; }
  void send(std::size_t from, std::size_t to, std::string frame);
  /// Of all frames that left the host, also of those that were lost.
  [[nodiscard]] std::uint64_t bytes_sent(std::size_t from) const { return bytes_sent_[from]; }
  [[nodiscard]] std::uint64_t bytes_sent() const { return all_bytes_; }

  /// Nothing gets from `from` to `to` for `length`; a longer cut that is under way stays.
  void cut(std::size_t from, std::size_t to, Duration length);
  /// What is sent from `from` to `to` meanwhile waits for the end of `length`, and then arrives in
  /// a flood; what does not fit in the buffers is lost.
  void clog(std::size_t from, std::size_t to, Duration length);
  /// From now on what `from` sends to `to` reaches `instead`.
  void lead(std::size_t from, std::size_t to, std::size_t instead);
  [[nodiscard]] std::size_t led(std::size_t from, std::size_t to) const;
  /// Whatever was led elsewhere reaches whom it is sent to.
  void lead_home() { led_.clear(); }
  void heal_all();
  [[nodiscard]] bool open(std::size_t from, std::size_t to) const;
  [[nodiscard]] bool open_both_ways(std::size_t a, std::size_t b) const {
    return open(a, b) && open(b, a);
  }

 private:
  void schedule(std::size_t from, std::size_t to, std::string frame);

  EventHeap& heap_;
  Random random_;
  std::size_t hosts_;
  Deliver deliver_;
  NetworkWeather weather_;
  std::vector<std::uint64_t> bytes_sent_;
  std::uint64_t all_bytes_ = 0;
  struct Clog {
    TrueTime until{0};
    std::size_t held = 0;
  };
  std::vector<TrueTime> cut_until_;         ///< [from * hosts + to]
  std::map<std::size_t, Clog> clogged_;     ///< by the same index
  std::map<std::size_t, std::size_t> led_;  ///< likewise
};

}  // namespace prumo::simulation
