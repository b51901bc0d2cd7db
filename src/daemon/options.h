#pragma once
// From the configuration, which names no library, to what the libraries' folders want to be given.

#include <map>
#include <memory>
#include <string>

#include "config/config.h"
#include "src/core/result.h"
#include "src/host/probe.h"
#include "src/hypervisor/hypervisor.h"
#include "src/transport/transport.h"

namespace prumo::daemon {

/// Errors: a key file that is missing, readable by others, or holds no key.
[[nodiscard]] Result<transport::Options> transport_options(const config::Config&, const Members&);
/// The clients' public keys with their roles. Error: a file that can't be understood.
[[nodiscard]] Result<std::map<std::string, transport::Role>> load_clients(const config::Config&);
[[nodiscard]] Result<std::unique_ptr<hypervisor::Hypervisor>> open_hypervisor(const config::Config&,
                                                                              const Members&);
[[nodiscard]] std::unique_ptr<host::Probe> open_probe(const config::Config&);

}  // namespace prumo::daemon
