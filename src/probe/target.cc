#include "src/probe/target.h"

#include <charconv>

namespace prumo::probe {
namespace {

constexpr const char* kCure =
    "; write http://HOST/PATH, https://HOST/PATH, udp://HOST:PORT/TEXT, or a command";
constexpr std::size_t kMostPayload = 1400;  // bytes: what one datagram carries anywhere

bool is_port(const std::string& text) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && at == end && value >= 1 && value <= 65535;
}

/// Nothing when a % is not followed by two hexadecimal digits.
bool percent_decoded(const std::string& text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    const char* begin = text.data() + i + 1;
    if (i + 2 >= text.size()) return false;
    const auto [at, error] = std::from_chars(begin, begin + 2, value, 16);
    if (error != std::errc{} || at != begin + 2) return false;
    out += static_cast<char>(value);
    i += 2;
  }
  return true;
}

Result<Target> parse_udp(const std::string& text, const std::string& rest) {
  Target target{Protocol::kUdp, text, {}, {}, {}};
  const std::size_t slash = rest.find('/');
  const std::string authority = rest.substr(0, slash);
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string::npos || colon == 0 || !is_port(authority.substr(colon + 1)))
    return fail("\"" + text + "\" names no host and port" + kCure);
  target.host = authority.substr(0, colon);
  target.port = authority.substr(colon + 1);
  if (target.host.size() > 2 && target.host.front() == '[' && target.host.back() == ']')
    target.host = target.host.substr(1, target.host.size() - 2);
  if (slash != std::string::npos && !percent_decoded(rest.substr(slash + 1), target.payload))
    return fail("\"" + text + "\": after % two hexadecimal digits are wanted");
  if (target.payload.empty()) target.payload = "ping";
  if (target.payload.size() > kMostPayload)
    return fail("\"" + text + "\": a datagram holds at most 1400 bytes");
  return target;
}

}  // namespace

Result<Target> parse_target(const std::string& text) {
  if (text.find_first_not_of(" \t") == std::string::npos)
    return fail("nothing is named" + std::string(kCure));
  const std::size_t end = text.find("://");
  const bool url = end != std::string::npos && text.find_first_of(" \t") == std::string::npos;
  if (!url) return Target{Protocol::kCommand, text, {}, {}, {}};
  const std::string scheme = text.substr(0, end);
  const std::string rest = text.substr(end + 3);
  if (scheme == "udp") return parse_udp(text, rest);
  if (scheme != "http" && scheme != "https")
    return fail("\"" + text + "\" is of no known kind" + kCure);
  if (rest.empty() || rest.front() == '/') return fail("\"" + text + "\" names no host" + kCure);
  return Target{Protocol::kHttp, text, {}, {}, {}};
}

}  // namespace prumo::probe
