#pragma once
// The probe of the real host, with the clock handed in for tests.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "src/host/cpu_times.h"
#include "src/host/probe.h"
#include "src/host/uplinks.h"

namespace prumo::host {

/// Seconds of a clock that never goes back.
using Clock = std::function<double()>;

class HostProbe final : public Probe {
 public:
  HostProbe(Options options, Clock clock)
      : options_(std::move(options)), clock_(std::move(clock)) {}

  Result<Figures> read() override;

 private:
  struct Sample {
    CpuTimes cpu;
    std::map<std::string, Uplink> uplinks;
    double at = 0;
  };
  [[nodiscard]] Result<double> network_capacity(const std::map<std::string, Uplink>&) const;

  Options options_;
  Clock clock_;
  std::optional<Sample> before_;
  double busy_ = 0;        ///< last known share of CPU time
  double throughput_ = 0;  ///< last known, Mbit/s
};

}  // namespace prumo::host
