#pragma once
// The part of libvirt's connection URIs that we need: where a TCP connection to that libvirt would
// go.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "src/core/result.h"
#include "src/core/time.h"

namespace prumo::hypervisor {

struct Endpoint {
  std::string host;  ///< name or address, without brackets
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

/// Where "qemu+tls://h3:16514/system" leads: the port by the transport when the URI names none (tls
/// 16514, tcp 16509, ssh and its kin 22). Nothing for a local URI. Errors: not a URI, a bad port.
[[nodiscard]] Result<std::optional<Endpoint>> endpoint_of(std::string_view connect_uri);

/// The host of a migration URI, "tcp://10.0.0.3" or "tcp://[fe80::1]:49152"; its port is 0 when not
/// given.
[[nodiscard]] Result<Endpoint> migration_endpoint_of(std::string_view migrate_uri);

/// Connects to that port and hangs up. Errors: refused, unreachable, no answer within `timeout`;
/// the name can't be resolved.
[[nodiscard]] Result<void> try_connect(const Endpoint&, Duration timeout);

/// Whether a socket of this machine can be bound to that name or address. Errors: it can't, or is
/// loopback.
[[nodiscard]] Result<void> check_own_address(const std::string& host);

}  // namespace prumo::hypervisor
