#pragma once
// What all policies have in common: they look at the cluster at one moment and propose moves. The
// cluster (cluster.h) carries out what it can: a host sends one VM and receives one VM at a time,
// settles afterwards, and a VM that has moved stays for a while, whoever decides. So policies are
// compared by what they decide alone.

#include <memory>
#include <string>
#include <vector>

#include "policy/snapshot.h"
#include "src/replay/trace.h"

namespace prumo::replay {

struct HostView {
  Resources measured;         ///< as its daemon reads it at this moment, not smoothed
  Utilisation utilisation;    ///< of the smoothed usage
  bool sampled = false;       ///< its figures are of this moment
  std::uint32_t hot_for = 0;  ///< samples in a row above the overload limit, smoothed
  bool confirmed = true;      ///< not by one odd sample alone, as far as the sanity gate is on
  bool may_ask = false;       ///< sampled, and neither sending, receiving, settling nor backing off
  std::vector<Index> vms;     ///< on it
};

struct View {
  Duration now{0};
  /// Hosts smoothed, closed ones with the reason; VMs with their last reading, pinned ones with the
  /// reason. Positions are the indices of the trace; a VM that is gone is on no host.
  const policy::Snapshot& snapshot;
  const std::vector<HostView>& hosts;
  bool reasons = false;  ///< of what can't be done, are wanted
};

struct ProposedMove {
  Index vm = 0;
  Index to = 0;
  Micro cost;
};
/// What is proposed for one host that wants relief: moves, or none, and why.
struct Proposal {
  Index host = 0;
  std::vector<ProposedMove> moves;  ///< to distinct hosts, none of which another proposal names
  std::string reason;               ///< why there are none
};

class Policy {
 public:
  virtual ~Policy() = default;
  /// Called at each step, in order.
  virtual std::vector<Proposal> decide(const View&) = 0;
};

}  // namespace prumo::replay
