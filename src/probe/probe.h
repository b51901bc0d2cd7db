#pragma once
// One way of asking a service: requests are begun one by one, and how each ended is told as it
// happens. A probe never retries, never waits in `send`, and bounds nothing by time: what is given
// up, and when, is the prober's affair. One thread uses it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "src/core/result.h"
#include "src/core/time.h"
#include "src/probe/target.h"

namespace prumo::probe {

using RequestNumber = std::uint64_t;

/// `error` is empty when the service answered.
using OnEnd = std::function<void(RequestNumber, const std::string& error)>;

class Probe {
 public:
  virtual ~Probe() = default;
  /// Begins a request; it ends in a later `wait`. Error: it can't be begun, and has ended by that.
  [[nodiscard]] virtual Result<void> send(RequestNumber) = 0;
  /// Waits until something has happened, at most that long, and tells of each request that ended.
  virtual void wait(Duration at_most, const OnEnd&) = 0;
  /// Forgets a request that has not ended.
  virtual void give_up(RequestNumber) = 0;
};

/// Errors: a host that can't be resolved, no descriptors.
[[nodiscard]] Result<std::unique_ptr<Probe>> make_probe(const Target&);

[[nodiscard]] std::unique_ptr<Probe> make_http_probe(const Target&);
[[nodiscard]] Result<std::unique_ptr<Probe>> make_udp_probe(const Target&);
[[nodiscard]] std::unique_ptr<Probe> make_command_probe(const Target&);

}  // namespace prumo::probe
