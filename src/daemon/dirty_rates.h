#pragma once
// How fast those VMs write that may have to leave: what a prediction and the choice of the method
// rest on. Measuring takes the hypervisor a second of work, so it is asked of a few VMs alone, each
// at most once in `kFresh`, and never of many at once.

#include <map>
#include <optional>
#include <vector>

#include "src/daemon/inbox.h"
#include "src/daemon/worker.h"
#include "src/hypervisor/hypervisor.h"

namespace prumo::daemon {

class DirtyRates {
 public:
  static constexpr Duration kFresh = 60s;

  /// Requires: hypervisor and inbox outlive the process's last measurement.
  DirtyRates(hypervisor::Hypervisor& hypervisor, Inbox& inbox)
      : hypervisor_(hypervisor), inbox_(inbox) {}

  /// Begins to measure those of these VMs whose rate is not fresh; not while it measures already.
  void want(std::vector<VmId>, Instant now);
  /// MiB/s; empty: not measured lately, or it can't be.
  [[nodiscard]] std::optional<double> of(const VmId&, Instant now) const;

 private:
  struct Rate {
    std::optional<double> mib_s;
    Instant at;
  };
  [[nodiscard]] bool fresh(const VmId&, Instant now) const;

  hypervisor::Hypervisor& hypervisor_;
  Inbox& inbox_;
  bool measuring_ = false;
  std::map<VmId, Rate> rates_;  ///< those that are fresh
  Worker worker_{"prumo-measure"};
};

}  // namespace prumo::daemon
