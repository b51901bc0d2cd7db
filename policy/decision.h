#pragma once
// The answer of the decision, with its reasons.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/forecast.h"
#include "src/core/ids.h"
#include "src/core/units.h"

namespace prumo::policy {

struct Move {
  VmId vm;
  std::string name;
  HostId from;
  HostId to;
  Micro cost;
  Micro volume;
  double image_mib = 0;
  bool operator==(const Move&) const = default;
};

/// How much an explanation lists.
enum class Detail : std::uint8_t {
  kBounded,  ///< what fits into kExplanationBytes, the nearest first
  kFull,     ///< every VM and, of those that matter, every host
};

/// One VM of the overloaded host, as phase 2 saw it; listed in ascending cost.
struct VmVerdict {
  VmId vm;
  std::string name;
  Micro volume;
  double image_mib = 0;
  Micro cost;
  Utilisation source_without;  ///< of the overloaded host, after this VM alone has left
  bool enough = false;         ///< its leaving alone brings every resource to the target
  bool chosen = false;
  std::string reason;  ///< "cheapest, and enough", "would do, dearer", "cpu 0.910 > 0.850 without
                       ///< it", "passthrough device"
  std::optional<Forecast> forecast{};  ///< of its migration, where it can be told
};

/// One (VM, host) pair that was considered; hosts fullest first. Of a large cluster only those
/// nearest to taking the VM are listed.
struct PairVerdict {
  VmId vm;
  HostId host;
  bool fits = false;
  bool chosen = false;
  Utilisation with_vm;  ///< of that host with the VM added
  std::string
      reason;  ///< "fits", or the first reason why not with both numbers: "cpu 0.910 > 0.850"
  std::string
      lacks{};  ///< what would have to be free there: "0.4 cores and 512 MiB"; empty: nothing
};

struct Explanation {
  HostId host;              ///< the overloaded one
  Utilisation utilisation;  ///< smoothed
  std::string overload;     ///< "cpu 0.934 > 0.900"
  std::vector<VmVerdict> vms;
  std::vector<PairVerdict> pairs;
  std::string conclusion;   ///< one sentence: why the chosen won, or why nothing can be done
  std::uint64_t nodes = 0;  ///< work done by the search
  bool limit_reached = false;
  std::uint32_t left_out = 0;  ///< verdicts not listed, to stay short
};

/// Outcome for one overloaded host: moves, or the reason why there are none.
struct Relief {
  HostId host;
  std::vector<Move> moves;  ///< ascending cost; empty when infeasible
  std::string infeasible;   ///< the reason; empty when there are moves
  bool partial = false;     ///< `allow_partial` made this: the host stays above the target
  Explanation explanation;
};

struct Decision {
  std::vector<Relief> reliefs;  ///< worst smoothed utilisation first, ties by host id
};

}  // namespace prumo::policy
