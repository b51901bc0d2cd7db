#pragma once
// What an operator has decided, as a value: plain structures that name no library; the daemon maps
// them. Defaults are here and in the parameters of the machines; keys.cc says how each is called in
// prumo.toml, what it may be, and what moving it costs.

#include <cstdint>
#include <string>
#include <vector>

#include "gossip/summary.h"
#include "policy/migration_settings.h"
#include "src/core/ids.h"
#include "src/core/result.h"
#include "src/core/time.h"
#include "src/peer/parameters.h"

namespace prumo::config {

/// Presets of the election's times.
enum class Profile : std::uint8_t { kCalm, kFast };

struct Transport {
  std::string listen = "tcp://0.0.0.0:7400";  ///< of the mesh
  std::vector<std::string> control{"ipc:///run/prumo/control.sock"};
  std::string secret_key = "/etc/prumo/host.secret";  ///< file with this host's secret key
  bool insecure = false;                              ///< plain text, nobody is authenticated
  bool force_insecure = false;                        ///< `insecure` beyond loopback too
};

enum class HypervisorKind : std::uint8_t { kLibvirt, kSimulated };
struct Libvirt {
  std::string uri = "qemu:///system";
  /// How other hosts' libvirt reaches this one; `{address}`: that of this host's member file.
  std::string connect_uri = "qemu+tls://{address}/system";
  std::string migrate_uri = "tcp://{address}";  ///< empty: libvirt chooses
  bool allow_unsafe = false;
  Duration connect_timeout = 2s;
};
struct Simulated {
  std::string folder;  ///< shared by all simulated hosts
};
struct Hypervisor {
  HypervisorKind kind = HypervisorKind::kLibvirt;
  Libvirt libvirt;
  Simulated simulated;
};

/// Overrides of what the host says of itself; 0 or empty: ask the host.
struct Host {
  double cpu_cores = 0;
  double memory_mib = 0;
  double network_mbit = 0;
  std::vector<std::string> uplinks;
  double link_speed_mbit = 0;
};

/// What libvirt's hook says when no daemon answers it.
enum class DaemonDown : std::uint8_t { kPass, kVeto };
struct Hook {
  DaemonDown daemon_down = DaemonDown::kPass;
};

struct Log {
  std::string file;  ///< empty: standard error, which systemd keeps
  std::string level = "info";
};

struct Config {
  std::string path;  ///< the file this was read from
  HostId id;
  std::string cluster;  ///< 32 lower-case hexadecimal digits
  std::string members_folder = "/etc/prumo/members";
  std::string clients_folder = "/etc/prumo/clients";
  std::string state_folder = "/var/lib/prumo";
  gossip::Mode mode = gossip::Mode::kAuto;
  Transport transport;
  Hypervisor hypervisor;
  policy::MigrationSettings migration;
  std::vector<std::string> migration_vms;  ///< "PATTERN KEY=VALUE …", see vm_migration.h
  Host host;
  Hook hook;
  Log log;
  Profile profile = Profile::kCalm;
  Parameters parameters;
};

/// Reads and checks a prumo.toml. Relative paths in it are taken from its folder. Errors are one
/// line: file, line, key, value, and what to do; the first one found.
[[nodiscard]] Result<Config> load(const std::string& path);
/// The same for text; `path` is for messages and relative paths.
[[nodiscard]] Result<Config> parse(const std::string& text, const std::string& path);

}  // namespace prumo::config
