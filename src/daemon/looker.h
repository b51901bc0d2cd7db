#pragma once
// Looks at the host and its hypervisor, in a thread of its own: every sample interval with usage,
// and whenever the peer asks for evidence. A hypervisor that hangs must not hang the daemon: after
// `patience` the peer is told that it is silent, with the host's last known figures, and again each
// interval.

#include <functional>
#include <optional>

#include "src/daemon/inbox.h"
#include "src/daemon/worker.h"
#include "src/host/probe.h"
#include "src/hypervisor/hypervisor.h"
#include "src/peer/event.h"

namespace prumo::daemon {

class Looker {
 public:
  using Deliver = std::function<void(Event)>;  ///< called in the reactor

  /// Requires: hypervisor, probe and inbox outlive the process's last look.
  Looker(hypervisor::Hypervisor&, host::Probe&, Inbox&, Duration interval, Duration patience,
         Deliver);

  /// Starts what is due and watches what is under way.
  void turn(Instant now);
  /// Asks for one look that begins after this call.
  void observe() { wanted_ = true; }
  [[nodiscard]] Instant next_deadline() const;
  /// As the last sample that was answered showed it; null when that VM was not there.
  [[nodiscard]] const Domain* last_seen(const VmId&) const;
  /// What this host's uplinks carry, MiB/s; a gigabit's worth where it is not known.
  [[nodiscard]] double link_mib_s() const;

 private:
  void start(Instant now, bool sample);
  void finished(Reading reading, bool sample);

  hypervisor::Hypervisor& hypervisor_;
  host::Probe& probe_;
  Inbox& inbox_;
  Worker worker_{"prumo-look"};
  Duration interval_;
  Duration patience_;
  Deliver deliver_;
  Instant next_sample_;
  Instant complain_at_ = Instant::never();
  bool looking_ = false;
  bool wanted_ = false;
  Reading last_;
};

}  // namespace prumo::daemon
