#pragma once
// Invariant 1: a host receives at most one VM at a time among those that prumo moves, and the next
// comes no sooner than `settle` after the last has arrived, by the host's own clock, whoever
// coordinates. A power cut forgets an arrival that the host has not stored: of a VM that was gone
// before anybody could have seen it there is nothing to settle.
//
// Not counted is what comes to one of two hosts with one id and was reserved by the other: libvirt
// connects to an address and knows nothing of ids. To the one that it reaches it is as what an
// operator brings.

#include <map>
#include <set>
#include <vector>

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/violation.h"

namespace prumo::simulation {

class SlotChecker : public Watcher {
 public:
  SlotChecker(const Cluster&, Verdict&);
  void appeared(const MigrationFacts&) override;
  void disappeared(const MigrationFacts&, bool arrived) override;
  void sent(std::size_t host, std::size_t to, const wire::Envelope&) override;
  void lost_power(std::size_t host) override;

 private:
  [[nodiscard]] bool counts(const MigrationFacts&) const;

  struct Slot {
    std::map<std::uint64_t, VmId> incoming;  ///< by serial of the migration
    TrueTime last_arrival = TrueTime::min();
    VmId last_vm;
  };
  const Cluster& cluster_;
  Verdict& verdict_;
  Duration settle_;
  std::vector<Slot> slots_;
  std::map<OpId, std::set<std::size_t>> reserved_;  ///< by whom; beside a clone only
};

/// What the design says of the default: samples until 90 % of a step is in the smoothed value.
[[nodiscard]] Duration settle_of(const Parameters&);

}  // namespace prumo::simulation
