#pragma once

#include <cstdint>

namespace prumo::policy {

/// Which of the sets that are enough is taken; ties: fewer VMs, then the lexicographic order of
/// their cost ranks.
enum class Objective : std::uint8_t {
  kFewestVms,  ///< the smallest, and among these the cheapest [IME13 §5.2]
  kLeastCost,  ///< the cheapest of any size
};

/// Settings of the decision. [IME13 §5, §6]
struct Parameters {
  double mu = 0.6;  ///< weight of the newest sample; 0 < mu < 1. Higher reacts faster, and to peaks
  double overload = 0.90;  ///< a host is overloaded strictly above; 0 < overload <= 1
  double target = 0.85;    ///< what source and destination must be at most afterwards; < overload
  double alpha = 0.4;      ///< weight of the volume in the cost; alpha + beta = 1
  double beta = 0.6;       ///< weight of the image in the cost
  std::uint64_t work_limit = 200'000;  ///< nodes of the search; at least 1,000
  bool allow_partial = false;          ///< take the best single move when nothing is enough
  Objective objective = Objective::kFewestVms;
  std::uint32_t hold =
      1;                ///< samples in a row above the limit before relief is asked for; 1 to 100
  double vm_mu = 0;     ///< as mu, for the figures of VMs; 0: the last reading; below 1
  double min_gain = 0;  ///< what the worst of the utilisations involved must fall by; 0 to 0.5
  /// The cost takes the seconds that a migration is expected to take in place of the image; of VMs
  /// without a forecast image / link.
  bool weight_prediction = false;
  bool operator==(const Parameters&) const = default;
};

}  // namespace prumo::policy
