#include "src/hypervisor/uri.h"

#include <charconv>

namespace prumo::hypervisor {
namespace {

struct Parts {
  std::string scheme;
  std::string host;
  std::optional<std::uint16_t> port;
};

/// scheme://[user@]host[:port][/path]
Result<Parts> parts_of(std::string_view uri) {
  const auto bad = [uri](const char* why) { return fail("'" + std::string(uri) + "': " + why); };
  const auto colon = uri.find("://");
  if (colon == std::string_view::npos || colon == 0) return bad("not a URI, no scheme://");
  Parts parts;
  parts.scheme = uri.substr(0, colon);
  std::string_view authority = uri.substr(colon + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);

  std::string_view port;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return bad("the bracket of the address is not closed");
    parts.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
  } else {
    const auto separator = authority.find(':');
    parts.host = authority.substr(0, separator);
    if (separator != std::string_view::npos) port = authority.substr(separator);
  }
  if (port.empty()) return parts;
  if (parts.host.empty() || port.front() != ':') return bad("no host before the port");
  port.remove_prefix(1);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || end != port.data() + port.size() || number == 0)
    return bad("the port is not a number from 1 to 65535");
  parts.port = number;
  return parts;
}

}  // namespace

Result<std::optional<Endpoint>> endpoint_of(std::string_view connect_uri) {
  const auto parts = parts_of(connect_uri);
  if (!parts) return tl::unexpected(parts.error());
  if (parts->host.empty()) return std::nullopt;
  const auto plus = parts->scheme.find('+');
  const std::string transport = plus == std::string::npos ? "tls" : parts->scheme.substr(plus + 1);
  if (transport == "unix" || transport == "ext") return std::nullopt;
  const std::uint16_t usual = transport == "tls" ? 16514 : transport == "tcp" ? 16509 : 22;
  return Endpoint{parts->host, parts->port.value_or(usual)};
}

Result<Endpoint> migration_endpoint_of(std::string_view migrate_uri) {
  const auto parts = parts_of(migrate_uri);
  if (!parts) return tl::unexpected(parts.error());
  if (parts->host.empty()) return fail("'" + std::string(migrate_uri) + "': names no host");
  return Endpoint{parts->host, parts->port.value_or(0)};
}

}  // namespace prumo::hypervisor
