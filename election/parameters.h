#pragma once

#include "src/core/time.h"

namespace prumo::election {

struct Parameters {
  Duration heartbeat = 200ms;      ///< below lease / 2
  Duration lease = 900ms;          ///< below promise by the drift bound
  Duration promise = 1000ms;
  double drift = 0.10;             ///< bound on the difference of two hosts' clock rates
  Duration stagger = 100ms;        ///< per live rank above one's own
  Duration ok_wait = 150ms;
  Duration claim_retry = 60ms;
  Duration claim_timeout = 800ms;
  Duration takeover_delay = 30s;
  Duration takeover_most = 1h;
};

}  // namespace prumo::election
