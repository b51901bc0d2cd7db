#pragma once

#include <cstdint>

#include "src/core/time.h"

namespace prumo::gossip {

struct Parameters {
  Duration gossip_period = 1s;    ///< 100 ms to 10 s
  std::uint32_t fanout = 2;       ///< peers per round; 1 to 8
  Duration probe_period = 1s;     ///< of SWIM probes
  Duration probe_timeout = 500ms; ///< below the period
  std::uint32_t indirect = 3;     ///< helpers of an indirect probe
  double suspicion_periods = 4;   ///< times max(1, log10 N) probe periods until dead, when confirmed
  double suspicion_most = 6;      ///< times that, unconfirmed
  Duration rumour_batch = 50ms;
  std::uint32_t rumour_bytes_per_s = 32 * 1024;
};

}  // namespace prumo::gossip
