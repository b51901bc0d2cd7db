#pragma once
// What a run is judged by, the same for every policy. Amounts over time are integrals: figures hold
// from one step to the next, and migrations end in between.

#include <cstdint>
#include <vector>

#include "src/replay/cluster.h"

namespace prumo::replay {

struct Summary {
  std::size_t hosts = 0;
  std::size_t vms = 0;
  std::uint64_t steps = 0;
  std::uint64_t samples = 0;
  Duration span{0};  ///< from the first step to the last

  std::uint64_t decisions = 0;   ///< hosts that were dealt with
  std::uint64_t infeasible = 0;  ///< of these: nothing could be done
  std::uint64_t frozen = 0;      ///< times that the sanity gate froze a host
  std::uint64_t migrations = 0;  ///< begun; as recorded: decided
  double moved_gib = 0;
  std::uint64_t taken_back = 0;  ///< a VM went back within an hour to a host it had left
  double overloaded_host_s = 0;  ///< time above the overload limit, summed over hosts
  double unmet_core_s = 0;       ///< cpu demand beyond the capacity of the host
  double mean_deviation = 0;     ///< standard deviation of the hosts' cpu utilisation
  double worst_deviation = 0;
  Duration decision_time{0};  ///< all decisions together
  Duration longest_decision{0};
};

class Measures {
 public:
  explicit Measures(double overload) : limit_(Micro::of(overload)) {}

  /// `time` passes with the cluster as it is.
  void pass(Duration time, const Cluster&);
  void moved(Duration now, Index vm, Index from, Index to, double image_mib);
  void decided(Duration took);

  /// The sums so far.
  [[nodiscard]] Summary result() const;
  Summary counts;  ///< what is counted elsewhere

 private:
  struct Move {
    Duration at;
    Index vm;
    Index from;
    Index to;
  };
  Micro limit_;
  double passed_s_ = 0;
  double deviation_s_ = 0;
  std::vector<Move> lately_;  ///< the moves of the last hour
};

/// Of the hosts' cpu utilisation, the whole of it as demanded, at most 1.
[[nodiscard]] double cpu_deviation(const Cluster&);

}  // namespace prumo::replay
