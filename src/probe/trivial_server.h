#pragma once
// The cheapest service there can be, on loopback: answers every datagram with itself, and every HTTP
// request with two bytes. What the prober cannot do with it is the prober's own limit.

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "src/core/result.h"
#include "src/probe/target.h"

namespace prumo::probe {

class TrivialServer {
 public:
  virtual ~TrivialServer() = default;
  [[nodiscard]] virtual std::string url() const = 0;
};

/// Serves until it is destroyed. Error: no port can be had. Requires: HTTP or UDP.
[[nodiscard]] Result<std::unique_ptr<TrivialServer>> serve_trivially(Protocol);

}  // namespace prumo::probe
