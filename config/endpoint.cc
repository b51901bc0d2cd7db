#include "config/endpoint.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace prumo::config {
namespace {

bool plausible_address(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  if (text == "*") return true;
  if (text.front() == '[') {
    return text.size() > 3 && text.back() == ']' &&
           std::all_of(text.begin() + 1, text.end() - 1, [](unsigned char c) {
             return std::isxdigit(c) != 0 || c == ':' || c == '.' || c == '%';
           });
  }
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
  });
}

}  // namespace

bool Endpoint::local() const {
  return ipc || address == "localhost" || address == "[::1]" || address.starts_with("127.");
}

bool Endpoint::wildcard() const {
  return !ipc && (address == "*" || address == "0.0.0.0" || address == "[::]");
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  constexpr std::string_view kTcp = "tcp://";
  constexpr std::string_view kIpc = "ipc://";
  constexpr std::size_t kPathMost = 107;
  Endpoint endpoint;
  if (text.starts_with(kIpc)) {
    endpoint.ipc = true;
    endpoint.address = text.substr(kIpc.size());
    if (!endpoint.address.starts_with('/') || endpoint.address.size() > kPathMost)
      return std::nullopt;
    return endpoint;
  }
  const std::size_t colon = text.rfind(':');
  if (!text.starts_with(kTcp) || colon < kTcp.size()) return std::nullopt;
  endpoint.address = text.substr(kTcp.size(), colon - kTcp.size());
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc() || end != port.data() + port.size() || endpoint.port < 1 ||
      endpoint.port > 65535 || !plausible_address(endpoint.address))
    return std::nullopt;
  return endpoint;
}

}  // namespace prumo::config
