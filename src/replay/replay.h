#pragma once
// One run of one policy over one trace, in virtual time: the steps go in, what is decided comes
// out. No clock, no file, no thread; several runs can be fed side by side.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "src/replay/cluster.h"
#include "src/replay/measures.h"
#include "src/replay/movement.h"
#include "src/replay/policy.h"
#include "src/replay/settings.h"

namespace prumo::replay {

struct DecidedMove {
  VmId vm;
  HostId from;
  HostId to;
  Micro cost;
  double image_mib = 0;
};
/// What was decided for one host.
struct Decided {
  HostId host;
  std::string overload;  ///< "cpu 0.934 > 0.900"; empty when reasons are not wanted
  std::vector<DecidedMove> moves;
  std::string infeasible;  ///< why there are none
};
/// A host that the sanity gate has frozen.
struct Frozen {
  HostId host;
  std::string why;
};
/// What was decided at one step.
struct Decision {
  Duration time{0};
  std::string label;
  std::vector<Decided> hosts;
  std::vector<Frozen> frozen;  ///< hosts that are frozen from here on
};

class Replay {
 public:
  /// `watch` is asked before and after each decision, for how long it takes; empty: not measured.
  Replay(const Settings&, std::unique_ptr<Policy>, std::function<Duration()> watch = {});

  /// The next moment of the trace. What was decided, if anything; valid until the next step.
  const Decision* step(const Step&, const Names&);
  [[nodiscard]] Summary summary() const;
  [[nodiscard]] const Cluster& cluster() const { return cluster_; }

 private:
  void record(const Proposal&);
  void record_frozen();

  Settings settings_;
  std::unique_ptr<Policy> policy_;
  std::function<Duration()> watch_;
  Cluster cluster_;
  Movement movement_;
  Measures measures_;
  Decision decision_;
  std::vector<bool> frozen_;
  bool begun_ = false;
  Duration first_{0};
  Duration now_{0};
};

}  // namespace prumo::replay
