#pragma once
// What a daemon is put together from, opened in an order in which nothing has happened yet when a part fails.

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
  int signals = -1;                    ///< descriptor of SIGTERM, SIGINT and SIGHUP
  std::vector<std::string> warnings;   ///< to be logged once the log is open
};

/// Opens everything that `config` names; the start count is raised and stored. Errors: one line each.
[[nodiscard]] Result<Parts> open_parts(const config::Config&);

/// What `--check-config` finds wrong with the configuration, the keys, the hypervisor and the migration
/// address; opens no store and binds no socket. Empty: all is well.
[[nodiscard]] std::vector<std::string> check_parts(const config::Config&);

}  // namespace prumo::daemon
