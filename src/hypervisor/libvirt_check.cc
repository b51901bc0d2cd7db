#include "src/hypervisor/libvirt_check.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <pugixml.hpp>
#include <sstream>

#include "src/hypervisor/libvirt_handle.h"
#include "src/hypervisor/uri.h"

namespace prumo::hypervisor {
namespace {

using Lines = std::vector<std::string>;
constexpr const char* kQemuConf = "/etc/libvirt/qemu.conf";
constexpr const char* kHook = "/etc/libvirt/hooks/qemu.d/prumo";

void check_connect_uri(const LibvirtOptions& options, Lines& lines) {
  if (options.connect_uri.empty()) {
    lines.emplace_back("no connect_uri: other hosts can't migrate VMs to this one");
    return;
  }
  const auto endpoint = endpoint_of(options.connect_uri);
  if (!endpoint) {
    lines.push_back("connect_uri " + endpoint.error().message);
  } else if (!*endpoint) {
    lines.push_back("connect_uri '" + options.connect_uri +
                    "' names no host; others need one, as in qemu+tls://" + "HOST/system");
  } else {
    if (const auto own = check_own_address((*endpoint)->host); !own)
      lines.push_back("connect_uri: " + own.error().message);
    if (const auto reached = try_connect(**endpoint, options.connect_timeout); !reached)
      lines.push_back("libvirt does not listen where connect_uri says: " + reached.error().message +
                      " (is its tls or tcp socket enabled, and the firewall open?)");
  }
}

void check_migrate_uri(const LibvirtOptions& options, Lines& lines) {
  std::string host;
  if (!options.migrate_uri.empty()) {
    const auto endpoint = migration_endpoint_of(options.migrate_uri);
    if (!endpoint) {
      lines.push_back("migrate_uri " + endpoint.error().message);
      return;
    }
    host = endpoint->host;
  } else {
    // libvirt then tells the source this host's own name.
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) host = name.data();
  }
  if (const auto own = check_own_address(host); !own)
    lines.push_back("migrations can't reach this host: " + own.error().message +
                    "; set migrate_uri to tcp://ADDRESS of this host");
}

void check_identity(virConnectPtr connection, Lines& lines) {
  char* text = virConnectGetCapabilities(connection);
  if (text == nullptr) return;
  pugi::xml_document document;
  document.load_string(text);
  std::free(text);  // NOLINT: libvirt hands out malloc'ed text
  const std::string uuid = document.child("capabilities").child("host").child_value("uuid");
  if (uuid.empty() || is_common_uuid(uuid))
    lines.push_back(
        "this host's UUID (" + uuid +
        ") is one that many machines share, and libvirt refuses to migrate between equal "
        "ones: set host_uuid in libvirtd.conf or virtqemud.conf (uuidgen gives one)");
}

}  // namespace

std::string lock_manager_advice(const std::optional<std::string>& qemu_conf) {
  if (qemu_conf && has_lock_manager(*qemu_conf)) return {};
  const std::string what =
      qemu_conf ? std::string("no lock manager is set in ") + kQemuConf
                : std::string(kQemuConf) + " can't be read, so a lock manager may be missing";
  return "warning: " + what +
         "; when the last reply of a migration gets lost, libvirt can run the VM on both hosts. "
         "lock_manager = \"lockd\" (virtlockd) keeps the second one from starting while the first "
         "holds the disk; \"sanlock\" also ends a VM that loses its lease. The same on all hosts";
}

Hook installed_hook() { return ::access(kHook, X_OK) == 0 ? Hook::kInstalled : Hook::kMissing; }

Lines warn_of_libvirt() {
  Lines lines;
  std::optional<std::string> text;
  if (std::ifstream stream(kQemuConf); stream)
    text = std::string(std::istreambuf_iterator<char>(stream), {});
  if (std::string advice = lock_manager_advice(text); !advice.empty())
    lines.push_back(std::move(advice));
  if (installed_hook() != Hook::kInstalled)
    lines.push_back(
        std::string("warning: without the hook: copy config/libvirt/hooks/qemu.d/prumo to ") +
        kHook + " and restart libvirt's daemon, so that a VM that comes too late is turned away");
  return lines;
}

bool has_lock_manager(const std::string& qemu_conf) {
  std::istringstream lines(qemu_conf);
  std::string line;
  while (std::getline(lines, line)) {
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos || line.compare(begin, 12, "lock_manager") != 0) continue;
    const auto after = line.find_first_not_of(" \t", begin + 12);
    if (after != std::string::npos && line[after] == '=' && line.find("nop") == std::string::npos)
      return true;
  }
  return false;
}

bool is_common_uuid(const std::string& uuid) {
  static constexpr std::array kKnown{
      "03000200-0400-0500-0006-000700080009", "03020100-0504-0706-0809-0a0b0c0d0e0f",
      "00020003-0004-0005-0006-000700080009", "12345678-1234-5678-90ab-cddeefaabbcc"};
  std::string lower(uuid);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (std::find(kKnown.begin(), kKnown.end(), lower) != kKnown.end()) return true;
  std::erase(lower, '-');
  return !lower.empty() && lower.find_first_not_of(lower.front()) == std::string::npos;
}

std::vector<std::string> check_libvirt(const LibvirtOptions& options) {
  Lines lines;
  const auto connection = open_connection(options.uri);
  if (!connection) {
    lines.push_back(connection.error().message);
  } else {
    check_identity(connection->get(), lines);
  }
  check_connect_uri(options, lines);
  check_migrate_uri(options, lines);
  const Lines warnings = warn_of_libvirt();
  lines.insert(lines.end(), warnings.begin(), warnings.end());
  return lines;
}

}  // namespace prumo::hypervisor
