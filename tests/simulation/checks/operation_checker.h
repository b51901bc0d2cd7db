#pragma once
// Invariants 2 and 3: an operation starts at most once, whatever restarts; a VM has at most one
// operation at a time and none within its cooldown; and no VM ever runs twice by prumo's doing.
// A cooldown that was lost with its store does not count where the host can't know of the loss: a
// daemon that ends before it was told is counted by its own store alone, and the next run, with a
// higher start count than before the loss, looks like a mere restart.
//
// Beside a clone two operations may have one name, where two coordinators have won one epoch or two
// sources count alike what they are told by hand; each still starts at most once.
//
// Not prumo's doing is the second copy that libvirt makes where it resumes the source of a migration
// that has arrived; also while the first, on its way further, is paused to switch over. When that one
// runs again two do, whatever prumo has ordered meanwhile of the one that was resumed: it could see
// nothing of the other but a VM that leaves. Nor, while two hosts have one id, the one that starts
// with its host because either has said for both where the VM is that the other has sent or got.

#include <map>
#include <set>
#include <utility>
#include <vector>

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
  void landed(std::size_t host, const DurableState&) override;
  void store_lost(std::size_t host) override;

  [[nodiscard]] std::size_t started() const { return started_.size(); }
  [[nodiscard]] std::size_t arrived() const { return arrivals_; }
  [[nodiscard]] TrueTime last_start() const { return last_start_; }

 private:
  struct Arrival {
    std::size_t host = 0;
    TrueTime when{0};
    /// The host's start count when it lost its store since; 0: it did not, or knows.
    std::uint32_t lost_at = 0;
  };
  void violated(int invariant, const MigrationFacts&, const std::string& what);
  /// Its host has lost its store since, and can't know.
  [[nodiscard]] bool lost_untold(const Arrival&) const;
  /// It runs again where it has left, while what arrived elsewhere switches over to a third host.
  [[nodiscard]] bool behind_itself(const VmId&) const;
  /// Its last migration was of a host that was two, then or since.
  [[nodiscard]] bool spoken_for_by_two(const VmId&) const;

  const Cluster& cluster_;
  Verdict& verdict_;
  std::map<OpId, std::set<std::size_t>> started_;  ///< by which sources
  std::map<VmId, std::uint64_t> under_way_;        ///< VM → serial
  std::map<VmId, Arrival> last_arrival_;
  std::vector<std::uint32_t> starts_;  ///< as stored, by host
  struct Move {
    std::size_t from = 0;
    std::size_t to = 0;
    TrueTime begun{0};
  };
  std::map<VmId, Move> last_move_;
  /// Where a VM's migration has arrived, and the source waits for word of that.
  std::set<std::pair<VmId, std::size_t>> left_behind_;
  std::set<VmId> spoilt_;  ///< ran twice, by libvirt's or an operator's doing
  std::size_t arrivals_ = 0;
  TrueTime last_start_{0};
};

}  // namespace prumo::simulation
