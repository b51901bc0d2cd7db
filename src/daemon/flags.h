#pragma once
// Sets autostart flags in a thread of its own, one call at a time for each VM. Were the next one
// queued behind a call that hangs in the hypervisor, it would be carried out when the VM may have
// been sent away meanwhile, and start it here as well after a power cut.

#include <functional>
#include <set>
#include <string>

#include "src/daemon/inbox.h"
#include "src/daemon/worker.h"
#include "src/hypervisor/hypervisor.h"
#include "src/peer/effect.h"

namespace prumo::daemon {

class Flags {
 public:
  /// Called in the reactor.
  using Failed = std::function<void(const std::string& why)>;

  /// Requires: hypervisor and inbox outlive the process's last call.
  Flags(hypervisor::Hypervisor& hypervisor, Inbox& inbox, Failed failed)
      : hypervisor_(hypervisor), inbox_(inbox), failed_(std::move(failed)) {}

  /// Does nothing while a call for that VM is under way: the peer asks again after its next look.
  void set(const SetAutostart&);
  [[nodiscard]] bool under_way(const VmId& vm) const { return under_way_.contains(vm); }

 private:
  hypervisor::Hypervisor& hypervisor_;
  Inbox& inbox_;
  Failed failed_;
  std::set<VmId> under_way_;
  Worker worker_{"prumo-flags"};
};

}  // namespace prumo::daemon
