#include "src/host/uplinks.h"

#include <algorithm>

#include "src/host/text.h"

namespace prumo::host {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_up(const fs::path& interface) {
  const auto state = read_text(interface / "operstate");
  // Drivers that do not report it say "unknown".
  return state && (state->starts_with("up") || state->starts_with("unknown"));
}

bool is_uplink(const fs::path& interface) {
  if (is_there(interface / "master" / "bonding")) return false;
  return (is_there(interface / "device") || is_there(interface / "bonding")) && is_up(interface);
}

/// -1 (virtio), an unreadable file (down) and 4294967295 (old drivers) all mean that it is not
/// known.
double speed_of(const fs::path& interface, double otherwise) {
  const auto speed = read_count(interface / "speed");
  return speed && *speed > 0 && *speed < 0x7FFFFFFFU ? static_cast<double>(*speed) : otherwise;
}

}  // namespace

Result<std::map<std::string, Uplink>> read_uplinks(const fs::path& net,
                                                   const std::vector<std::string>& names,
                                                   double otherwise_mbit) {
  std::vector<std::string> wanted = names;
  if (wanted.empty()) {
    std::error_code error;
    for (fs::directory_iterator it(net, error), end; !error && it != end; it.increment(error))
      if (is_uplink(it->path())) wanted.push_back(it->path().filename().string());
    if (error) return fail(net.string() + ": can't be read: " + error.message());
  }
  std::map<std::string, Uplink> uplinks;
  for (const std::string& name : wanted) {
    const auto received = read_count(net / name / "statistics" / "rx_bytes");
    const auto sent = read_count(net / name / "statistics" / "tx_bytes");
    if (!received || !sent) {
      // One that was found and has just been unplugged is simply gone.
      if (names.empty()) continue;
      return fail((net / name).string() + ": no such network interface; mend `uplinks`");
    }
    uplinks[name] = {speed_of(net / name, otherwise_mbit), *received, *sent};
  }
  return uplinks;
}

double throughput_mbit(const std::map<std::string, Uplink>& before,
                       const std::map<std::string, Uplink>& after, double seconds) {
  double received = 0;
  double sent = 0;
  for (const auto& [name, now] : after) {
    const auto it = before.find(name);
    if (it == before.end() || now.received < it->second.received || now.sent < it->second.sent)
      continue;
    received += static_cast<double>(now.received - it->second.received);
    sent += static_cast<double>(now.sent - it->second.sent);
  }
  return std::max(received, sent) * 8 / 1e6 / seconds;
}

}  // namespace prumo::host
