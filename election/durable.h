#pragma once

#include "src/core/ids.h"

namespace prumo::election {

/// The numbers that must be stored before anything that rests on them leaves the host.
struct Durable {
  Epoch accepted;        ///< highest claim accepted
  HostId accepted_from;  ///< whose it was
  Epoch won;             ///< highest epoch known to have had a majority
  bool operator==(const Durable&) const = default;
};

}  // namespace prumo::election
