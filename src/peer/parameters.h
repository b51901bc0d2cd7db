#pragma once

#include <string>
#include <vector>

#include "election/parameters.h"
#include "gossip/parameters.h"
#include "policy/parameters.h"
#include "src/core/time.h"

namespace prumo {

/// Settings of the relief rounds. Each says its range and what moving it costs.
struct ReliefParameters {
  Duration sample_interval =
      std::chrono::seconds(5);     ///< 100 ms to 60 s; shorter reacts faster and costs CPU
  Duration info_deadline = 500ms;  ///< how long the coordinator waits for INFO
  Duration order_freshness = 3s;   ///< an older request's answer is not obeyed
  Duration promised = 10s;      ///< a destination counts as taken for so long after it was ordered
  Duration slot_ask = 10s;      ///< HELD for so long: ask the source each second
  Duration slot_bound = 120s;   ///< a source silent for so long loses the slot
  Duration late_reserved = 3s;  ///< a later RESERVED starts nothing
  Duration settle{0};           ///< 0: samples until 90 % of a step is in the smoothed value
  Duration cooldown = 2min;     ///< a VM that has moved stays for so long
  Duration avoid = 2min;        ///< of a (VM, host) pair after a refusal; doubles
  Duration avoid_most = 1h;
  Duration backoff = 5s;  ///< after NO_RELIEF; doubles
  Duration backoff_most = 60s;
  Duration report_interval = 2s;  ///< of MIGRATION_FINISHED until acknowledged
  Duration recovery_grace =
      5s;                     ///< a restarted source closes a started record on no earlier reading
  Duration lost_after = 30s;  ///< needs operator: reported within
  bool allow_defined =
      false;  ///< an inactive definition of the VM at the destination is no obstacle
  std::vector<std::string> ignore;  ///< shell patterns of VM names that never leave
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
