#pragma once
// What a daemon is put together from, opened in an order in which nothing has happened yet when a
// part fails.

#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "src/core/result.h"
#include "src/host/probe.h"
#include "src/hypervisor/hypervisor.h"
#include "src/peer/peer.h"
#include "src/store/store.h"
#include "src/transport/transport.h"
#include "src/wire/codec.h"

namespace prumo::daemon {

struct Parts {
  Members members;
  wire::ClusterId cluster{};
  Start start;
  std::unique_ptr<store::StateStore> state;
  std::unique_ptr<store::History> history;
  std::unique_ptr<hypervisor::Hypervisor> hypervisor;
  std::unique_ptr<host::Probe> probe;
  std::unique_ptr<transport::Transport> transport;
  int signals = -1;                   ///< descriptor of SIGTERM, SIGINT and SIGHUP
  std::vector<std::string> warnings;  ///< to be logged once the log is open
};

/// What the configuration says beyond its own file: the members, the clients and this host's keys.
struct Identity {
  Members members;
  wire::ClusterId cluster{};
  transport::Options transport;
};
/// Reads it; opens nothing. Error: one line, a fault of the configuration.
[[nodiscard]] Result<Identity> identify(const config::Config&);

/// Opens everything that `config` names; the start count is raised and stored. Errors: one line
/// each, faults of what surrounds the daemon.
[[nodiscard]] Result<Parts> open_parts(const config::Config&, Identity);

/// What `--check-config` finds wrong with the hypervisor, the migration address and the host's
/// figures; opens no store and binds no socket. Empty: all is well.
[[nodiscard]] std::vector<std::string> check_parts(const config::Config&, const Identity&);

}  // namespace prumo::daemon
