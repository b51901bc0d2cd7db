#include "src/daemon/parts.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <utility>

#include "config/folders.h"
#include "src/core/run.h"
#include "src/daemon/clock.h"
#include "src/daemon/options.h"
#include "src/wire/cluster_id.h"

namespace prumo::daemon {
namespace {

int open_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, s);
  return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

/// Why the folder can't be made, or written in; empty: it can. Makes nothing.
std::string why_unusable(const std::string& folder) {
  std::error_code error;
  std::filesystem::path at = std::filesystem::absolute(folder, error);
  while (!std::filesystem::exists(at, error) && at.has_relative_path()) at = at.parent_path();
  if (!std::filesystem::is_directory(at, error)) return at.string() + " is no folder";
  if (access(at.c_str(), W_OK | X_OK) != 0)
    return at.string() + " can't be written in; make it writable for the user of prumod";
  return {};
}

/// Raises the start count and stores it: an incarnation is never used twice.
Result<Start> prepare_start(const config::Config& config, const Identity& identity,
                            store::OpenedState& opened, std::vector<std::string>& warnings) {
  auto boot = boot_id();
  if (!boot) return tl::unexpected(boot.error());
  Start start;
  start.self = config.id;
  start.run = run_in(*boot, random_seed());
  start.boot_id = *boot;
  start.members = identity.members;
  start.seed = random_seed();
  start.mode = config.mode;
  start.restored = std::move(opened.restored.state);
  if (!opened.restored.set_aside.empty()) {
    // What was promised, received or begun is no longer known: no votes and no slot until
    // re-admitted.
    start.restored.admitted = false;
    warnings.push_back("the stored state was damaged; it is kept as " + opened.restored.set_aside +
                       ", and this host waits to be admitted again");
  }
  ++start.restored.starts;
  if (const auto written = opened.store->write(start.restored); !written)
    return tl::unexpected(written.error());
  return start;
}

}  // namespace

Result<Identity> identify(const config::Config& config) {
  Identity out;
  auto members = config::load_members(config);
  if (!members) return tl::unexpected(members.error());
  out.members = *members;
  auto cluster = wire::parse_cluster_id(config.cluster);
  if (!cluster) return fail(config.path + ": cluster: " + cluster.error().message);
  out.cluster = *cluster;
  auto transport = transport_options(config, *members);
  if (!transport) return tl::unexpected(transport.error());
  out.transport = *transport;
  if (!config.transport.insecure &&
      out.transport.keys.public_key != members->find(config.id)->public_key)
    return fail(config.transport.secret_key + ": this key does not belong to members/" +
                config.id.value + ".toml; copy the secret key that was made with it");
  return out;
}

Result<Parts> open_parts(const config::Config& config, Identity identity) {
  Parts parts;
  auto opened = store::open_state(config.state_folder);
  if (!opened) return tl::unexpected(opened.error());
  auto hypervisor = open_hypervisor(config, identity.members);
  if (!hypervisor) return tl::unexpected(hypervisor.error());
  auto transport = transport::open(identity.transport);
  if (!transport) return tl::unexpected(transport.error());
  auto start = prepare_start(config, identity, *opened, parts.warnings);
  if (!start) return tl::unexpected(start.error());

  for (std::string& warning : (*hypervisor)->warnings())
    parts.warnings.push_back(warning.substr(warning.find(": ") + 2));
  parts.members = identity.members;
  parts.cluster = identity.cluster;
  parts.start = std::move(*start);
  parts.state = std::move(opened->store);
  parts.history = store::open_history(config.state_folder);
  parts.hypervisor = std::move(*hypervisor);
  parts.probe = open_probe(config);
  parts.transport = std::move(*transport);
  parts.signals = open_signals();
  if (parts.signals < 0) return fail("signals can't be received; raise the limit of open files");
  return parts;
}

std::vector<std::string> check_parts(const config::Config& config, const Identity& identity) {
  const auto hypervisor = open_hypervisor(config, identity.members);
  if (!hypervisor) return {hypervisor.error().message};
  auto troubles = (*hypervisor)->check();
  if (const std::string why = why_unusable(config.state_folder); !why.empty())
    troubles.push_back(config.path + ": state = \"" + config.state_folder + "\": " + why);
  if (const auto figures = open_probe(config)->read(); !figures)
    troubles.push_back(figures.error().message);
  return troubles;
}

}  // namespace prumo::daemon
