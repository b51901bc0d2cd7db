#pragma once
// Invariant 2, its other half: what libvirt, an operator or a power cut leaves double, paused,
// defined or absent is reported as needing an operator within 30 s (or `lost_after`) of being
// visible, and takes part in nothing. Visible: the daemons concerned run and can write, their
// hypervisors answer, and the two of a double hear each other; not so when one of them is one of
// two with one id, for what is sent to it may reach the other. A daemon that starts looks anew,
// however short it was away, and so does one whose hypervisor has hung.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/violation.h"

namespace prumo::simulation {

class LeftoverChecker : public Watcher {
 public:
  LeftoverChecker(const Cluster&, Verdict&);
  void handed_over(const MigrationFacts&) override;
  void ended(const MigrationFacts&) override;
  void running(const VmId&, std::size_t copies, Begins) override;
  void landed(std::size_t host, const DurableState&) override;
  void store_lost(std::size_t host) override;
  void daemon_started(std::size_t host) override { started_[host] = cluster_.now(); }
  /// To be called every second.
  void look();
  /// Some VM is not simply running on one host.
  [[nodiscard]] bool any_left() const { return !since_.empty(); }

 private:
  /// What is wrong with a VM, and where it can be seen.
  struct Leftover {
    std::string what;
    std::set<std::size_t> seen_by;   ///< any of them may report it
    std::set<std::size_t> shown_by;  ///< all of them must be able to look
    bool heard = true;               ///< they can hear of each other
  };
  [[nodiscard]] std::optional<Leftover> leftover(const VmSpec&) const;
  [[nodiscard]] bool able(std::size_t host) const;
  [[nodiscard]] bool visible(const Leftover&) const;
  /// The last moment at which one of them could not look.
  [[nodiscard]] TrueTime blind_until(const std::set<std::size_t>& hosts) const;
  [[nodiscard]] bool know(std::size_t a, std::size_t b) const;  ///< each is the other's member
  /// Also by a host that is down since: it is stored there, and was told.
  [[nodiscard]] bool reported(const VmId&, const std::set<std::size_t>& by) const;
  /// Of the VM's flag, or why it is off.
  [[nodiscard]] bool alone_knows(std::size_t host, const VmId&) const;

  const Cluster& cluster_;
  Verdict& verdict_;
  std::map<VmId, std::optional<OpId>> last_move_;
  std::map<VmId, std::size_t> leaving_;  ///< by prumo's order, which may yet clear its flag
  std::vector<std::set<VmId>> unsaid_;  ///< by host: its destination does not know yet that it came
  std::set<VmId> forgotten_;            ///< the host that alone knew has lost its store
  std::set<VmId> doubled_;              ///< by a migration of prumo's
  std::map<VmId, std::pair<std::string, TrueTime>> since_;  ///< visible in this way since
  std::vector<TrueTime> started_;                           ///< its daemon, by host
};

}  // namespace prumo::simulation
