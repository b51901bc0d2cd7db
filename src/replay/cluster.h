#pragma once
// The hosts and VMs of a trace at one moment: what is used where, and what their daemons would
// read.
//
// What a host uses is its base load and that of the VMs on it. The base load is what the trace says
// of the host beyond its VMs, not below 0; it stays when VMs move. A VM that a sampled host no
// longer lists is gone. A host without a row in a step was away: its figures stay as they were, and
// after four of its sample intervals it takes no VM, as with the daemon. A host that the trace only
// names is idle.
//
// With the sanity gate, rows of a host that are impossible are not used, nor those of its VMs.
//
// Demand is what all would use; a host never measures more than its capacity of cpu and network,
// and a VM there its share of that. VMs stand where the policy put them: moves that the trace
// itself records are not repeated (they were somebody else's decision). As recorded, all figures
// are the trace's own instead.

#include <optional>
#include <vector>

#include "policy/sanity_gate.h"
#include "policy/smoothing.h"
#include "policy/snapshot.h"
#include "src/replay/policy.h"
#include "src/replay/settings.h"
#include "src/replay/trace.h"

namespace prumo::replay {

class Cluster {
 public:
  explicit Cluster(const Settings& settings) : settings_(settings) {}

  /// Takes the figures of a step; hosts that were sampled are smoothed.
  void take(const Step&, const Names&);
  /// Where a VM now runs.
  void move(Index vm, Index to);
  /// What running migrations use beside the VMs, per host.
  void set_extra(std::vector<Resources> extra);

  [[nodiscard]] const policy::Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] policy::Snapshot& snapshot() { return snapshot_; }
  [[nodiscard]] const std::vector<HostView>& hosts() const { return views_; }
  [[nodiscard]] std::vector<HostView>& hosts() { return views_; }
  [[nodiscard]] const Resources& demand(Index host) const { return hosts_[host].demand; }
  [[nodiscard]] const Resources& demand_of_vm(Index vm) const { return vms_[vm].usage; }
  [[nodiscard]] Index host_of(Index vm) const { return vms_[vm].host; }
  [[nodiscard]] bool present(Index vm) const { return vms_[vm].present; }
  /// Between the last two samples of this host.
  [[nodiscard]] Duration interval(Index host) const { return hosts_[host].interval; }
  /// Why this host is frozen by the sanity gate; empty: it is not.
  [[nodiscard]] const std::string& frozen(Index host) const { return hosts_[host].gate.why(); }
  /// No sample for longer than a daemon would trust the last.
  [[nodiscard]] bool stale(Index host, Duration now) const;
  [[nodiscard]] std::size_t vms_present() const;
  [[nodiscard]] bool percent() const { return percent_; }

 private:
  struct Host {
    policy::Smoother smoother;
    policy::SanityGate gate;
    Resources base;
    Resources demand;
    Resources extra;
    std::optional<Resources> recorded;  ///< its own row of this step
    bool seen = false;                  ///< has had a row
    bool listed = false;                ///< has rows in this step that may be used
    Duration sampled_at{0};
    Duration interval{0};
  };
  struct Vm {
    Resources usage;
    std::optional<policy::Smoother> smoother;  ///< with `vm_mu` only
    Index recorded_on = 0;
    Index host = 0;
    bool present = false;
    bool listed = false;
  };
  void grow(const Names&);
  void read_rows(const Step&);
  [[nodiscard]] std::vector<bool> doubt(const Step&);
  void read_vm(const Sample&);
  void drop_gone();
  void total();
  void measure(const Step&);
  void smooth_vms(const HostView&);

  Settings settings_;
  policy::Snapshot snapshot_;
  std::vector<Host> hosts_;
  std::vector<Vm> vms_;
  std::vector<HostView> views_;
  bool percent_ = false;
};

}  // namespace prumo::replay
