#pragma once
// Endpoints as operators write them: "tcp://ADDRESS:PORT" and "ipc:///PATH".

#include <optional>
#include <string>
#include <string_view>

namespace prumo::config {

struct Endpoint {
  bool ipc = false;
  std::string address;  ///< host or IP address, IPv6 in brackets; of ipc: the path
  int port = 0;         ///< 1 to 65535; of ipc: 0

  /// Nobody on another machine can reach it.
  [[nodiscard]] bool local() const;
  /// Stands for every address of a machine: can be bound, but not be connected to.
  [[nodiscard]] bool wildcard() const;
};

/// Nothing when it is no endpoint. An ipc path has at most 107 bytes, which is the kernel's bound.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

}  // namespace prumo::config
