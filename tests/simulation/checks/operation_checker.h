#pragma once
// Invariants 2 and 3: an operation starts at most once, whatever restarts; a VM has at most one
// operation at a time and none within its cooldown; and no VM ever runs twice by prumo's doing.
// Beside a clone two operations may have one name, where two coordinators have won one epoch or two
// sources count alike what they are told by hand; each still starts at most once.

#include <map>
#include <set>

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/violation.h"

namespace prumo::simulation {

class OperationChecker : public Watcher {
 public:
  OperationChecker(const Cluster&, Verdict&);
  void handed_over(const MigrationFacts&) override;
  void disappeared(const MigrationFacts&, bool arrived) override;
  void ended(const MigrationFacts&) override;
  void running(const VmId&, std::size_t copies, Begins) override;

  [[nodiscard]] std::size_t started() const { return started_.size(); }
  [[nodiscard]] std::size_t arrived() const { return arrivals_; }
  [[nodiscard]] TrueTime last_start() const { return last_start_; }

 private:
  struct Arrival {
    std::size_t host = 0;
    TrueTime when{0};
  };
  void violated(int invariant, const MigrationFacts&, const std::string& what);

  const Cluster& cluster_;
  Verdict& verdict_;
  std::map<OpId, std::set<std::size_t>> started_;  ///< by which sources
  std::map<VmId, std::uint64_t> under_way_;        ///< VM → serial
  std::map<VmId, Arrival> last_arrival_;
  std::set<VmId> spoilt_;  ///< ran twice, by libvirt's or an operator's doing
  std::size_t arrivals_ = 0;
  TrueTime last_start_{0};
};

}  // namespace prumo::simulation
