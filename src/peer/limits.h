#pragma once
// How many migrations the cluster carries out at a time and in an hour, when an operator bounds it.

#include <cstdint>
#include <string>

#include "src/peer/parameters.h"

namespace prumo {

/// Why `moves` more may not be ordered, when `running` hosts send and `lately` migrations have
/// begun within the last hour; empty: they may. The moves of one set follow one another, so they
/// count as one at a time.
[[nodiscard]] inline std::string over_limit(const ReliefParameters& p, std::uint64_t running,
                                            std::uint64_t lately, std::uint64_t moves) {
  if (p.most_at_once > 0 && running >= p.most_at_once)
    return "limit of " + std::to_string(p.most_at_once) + " migrations at a time is reached";
  if (p.most_per_hour > 0 && lately + moves > p.most_per_hour)
    return "limit of " + std::to_string(p.most_per_hour) + " migrations an hour is reached";
  return {};
}

}  // namespace prumo
