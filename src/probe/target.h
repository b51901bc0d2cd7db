#pragma once
// What is asked, as a user writes it: http://… or https://…, udp://HOST:PORT[/TEXT], or a command.

#include <cstdint>
#include <string>

#include "src/core/result.h"

namespace prumo::probe {

enum class Protocol : std::uint8_t { kHttp, kUdp, kCommand };

struct Target {
  Protocol protocol = Protocol::kHttp;
  std::string text;     ///< the URL or the command, as written
  std::string host;     ///< of UDP
  std::string port;     ///< of UDP
  std::string payload;  ///< of UDP: the datagram that is sent; "ping" when nothing was written
};

/// In TEXT, %41 stands for the byte 0x41, so that any datagram can be written. Errors: no URL of
/// these kinds, and no command either.
[[nodiscard]] Result<Target> parse_target(const std::string&);

}  // namespace prumo::probe
