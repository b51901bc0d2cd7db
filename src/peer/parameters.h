#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "election/parameters.h"
#include "gossip/parameters.h"
#include "policy/parameters.h"
#include "src/core/time.h"

namespace prumo {

/// Settings of the relief rounds. Each says its range and what moving it costs; how they relate is
/// checked by `check`.
struct ReliefParameters {
  /// 100 ms to 60 s. Shorter notices overload and its end sooner, and costs CPU on host and
  /// hypervisor.
  Duration sample_interval = std::chrono::seconds(5);
  /// How long the coordinator waits for INFO; above 0, at most order_freshness / 2. Longer hears
  /// slow hosts, and leaves less of the order's time.
  Duration info_deadline = 500ms;
  /// The answer to an older request is not obeyed. Longer bears slower networks, and acts on older
  /// figures.
  Duration order_freshness = 3s;
  /// A destination counts as taken for so long after it was ordered; at least order_freshness +
  /// late_reserved. Longer keeps hosts out of plans whose order was lost.
  Duration promised = 10s;
  /// A VM whose slot was given up before it came is turned away by the hook for so long; at least
  /// slot_bound. Linux gives a TCP connect up after 127 s (tcp_syn_retries = 6) and libvirt a
  /// silent connection after 30 s; only a libvirt that hangs after accepting has no bound. Longer
  /// bears longer hangs, and keeps turning away what an operator moves by hand.
  Duration freed_memory = 10min;
  /// The hook lets in only a VM that holds this host's slot.
  bool strict = false;
  /// HELD for so long: ask the source each second; at least late_reserved. Shorter frees lost slots
  /// sooner.
  Duration slot_ask = 10s;
  /// A source silent for so long loses the slot. At least late_reserved + the slowest call +
  /// libvirt's connect and keepalive + drift: shorter risks a second VM on its way, longer blocks
  /// the slot of a dead source.
  Duration slot_bound = 120s;
  /// A RESERVED later than this after its RESERVE starts nothing. Longer bears slow disks.
  Duration late_reserved = 3s;
  /// Between two arrivals; 0: samples until 90 % of a step is in the smoothed value. Shorter
  /// decides on figures that do not show the last arrival yet.
  Duration settle{0};
  /// A VM that has moved stays for so long; at least settle. Shorter risks ping-pong.
  Duration cooldown = 2min;
  /// A (VM, host) pair after a refusal or failure; doubles up to avoid_most. Shorter repeats what
  /// fails.
  Duration avoid = 2min;
  Duration avoid_most = 1h;
  /// After NO_RELIEF; doubles up to backoff_most. Shorter asks more often and for the same answer.
  Duration backoff = 5s;
  Duration backoff_most = 60s;
  /// Of MIGRATION_FINISHED and RELEASE until acknowledged; above 0.
  Duration report_interval = 2s;
  /// A restarted source closes a started record on no reading begun earlier; above 0. Shorter may
  /// miss a job that libvirt has not shown yet.
  Duration recovery_grace = 5s;
  /// What needs an operator is reported within this; at least 3 sample intervals. Shorter cries too
  /// soon.
  Duration lost_after = 30s;
  /// 0 to 0.5: so much of each resource of this host, below the target, is kept free of VMs that come
  /// in. Higher keeps room for the host's own VMs to grow, and offers the others less help.
  double reserve = 0;
  /// Migrations of the whole cluster at a time, and begun within an hour; 0: as many as there are.
  /// Lower disturbs less, and relieves more slowly.
  std::uint32_t most_at_once = 0;
  std::uint32_t most_per_hour = 0;
  /// Doubts samples that are impossible, stuck or stale (policy/sanity_gate.h). Keeps one bad sample
  /// from causing a migration, and acts on a true overload up to two samples later.
  bool sanity_gate = false;
  /// An inactive definition of the VM at the destination is no obstacle.
  bool allow_defined = false;
  /// Shell patterns (`*`, `?`) of VM names that never leave.
  std::vector<std::string> ignore;
};

struct Parameters {
  policy::Parameters policy;
  gossip::Parameters gossip;
  election::Parameters election;
  ReliefParameters relief;
};

/// How long a slot settles: as set, or 0: samples until 90 % of a step is in the smoothed value.
[[nodiscard]] Duration effective_settle(const Parameters&);

/// What is wrong with the parameters or with how they relate, one sentence; empty: nothing.
[[nodiscard]] std::string check(const Parameters&);

}  // namespace prumo
