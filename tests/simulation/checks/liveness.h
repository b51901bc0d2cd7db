#pragma once
// Invariant 8, once faults have ended: one coordinator, the highest rank, whom all follow; every
// slot and operation ended; whoever is overloaded was relieved or told why not; and then no VM goes
// back where it came from.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/violation.h"

namespace prumo::simulation {

class Liveness : public Watcher {
 public:
  Liveness(const Cluster&, Verdict&);
  void handed_over(const MigrationFacts&) override;
  void running(const VmId&, std::size_t copies, Begins) override;

  /// Faults are over: from now on VMs must not wander.
  void mended() { mended_ = true; }
  /// The first thing that is not yet as it must be; nothing: all is well.
  [[nodiscard]] std::optional<std::string> unwell() const;

 private:
  [[nodiscard]] std::string unwell_election() const;
  [[nodiscard]] std::string unwell_views() const;
  [[nodiscard]] std::string unwell_relief() const;

  const Cluster& cluster_;
  Verdict& verdict_;
  bool mended_ = false;
  TrueTime started_{0};  ///< when a VM was last started; smoothing takes a while to show it
  std::map<VmId, std::set<std::size_t>> left_;  ///< hosts that a VM has left since all was mended
};

}  // namespace prumo::simulation
