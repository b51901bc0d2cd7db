#pragma once
// What the host itself uses: CPU from /proc/stat, memory from MemAvailable, network from its
// uplinks.

#include <memory>
#include <string>
#include <vector>

#include "src/core/result.h"
#include "src/core/units.h"

namespace prumo::host {

struct Options {
  /// Overrides; 0 = read from the host. Cores, MiB, Mbit/s.
  Resources capacity;
  /// Names of the uplinks; empty = every physical interface that is up (bonds by their master).
  std::vector<std::string> uplinks;
  double link_speed_mbit = 0;  ///< where the driver does not say; 0 = 1000
  std::string proc = "/proc";
  std::string sys = "/sys";
};

struct Figures {
  Resources capacity;
  Resources usage;  ///< over the time since the last call; 0 at the first
  double available_memory_mib = 0;
};

class Probe {
 public:
  virtual ~Probe() = default;
  virtual Result<Figures> read() = 0;
};
[[nodiscard]] std::unique_ptr<Probe> make_probe(const Options&);

}  // namespace prumo::host
