#pragma once
// The network interfaces by which the host's guests reach the world, from /sys/class/net. Taps,
// bridges and veths carry the same bytes a second time, so only physical interfaces count; those
// bound together count by their bond.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "src/core/result.h"

namespace prumo::host {

struct Uplink {
  double speed_mbit = 0;
  std::uint64_t received = 0;  ///< bytes
  std::uint64_t sent = 0;
};

/// By name. `names` empty: every physical interface that is up. `otherwise_mbit` is the speed where
/// the driver does not say, as virtio's. Errors: an interface of `names` is not there.
[[nodiscard]] Result<std::map<std::string, Uplink>> read_uplinks(
    const std::filesystem::path& net, const std::vector<std::string>& names, double otherwise_mbit);

/// Mbit/s of the busier direction, over `seconds`. Interfaces that are not in both, and counters
/// that went back (the driver was reloaded), count as 0. Requires: seconds above 0.
[[nodiscard]] double throughput_mbit(const std::map<std::string, Uplink>& before,
                                     const std::map<std::string, Uplink>& after, double seconds);

}  // namespace prumo::host
