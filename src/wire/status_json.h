#pragma once
// The JSON of `prumo status`, `hosts` and `vms`: the keys are the contract with scripts and with
// every client of the control socket. Shares and utilisations are 0 to 1, times are seconds.

#include <nlohmann/json.hpp>
#include <string>

#include "policy/parameters.h"
#include "src/peer/status.h"

namespace prumo::wire {

[[nodiscard]] nlohmann::json to_json(const Status&, const std::string& cluster,
                                     const policy::Parameters&);
/// The VMs of the host that `status` is of, one object each.
[[nodiscard]] nlohmann::json vms_to_json(const Status&);
/// The operation of that host, if any: an array of one or none.
[[nodiscard]] nlohmann::json running_to_json(const Status&);

[[nodiscard]] const char* name_of(gossip::Standing);
[[nodiscard]] const char* name_of(gossip::SlotState);
[[nodiscard]] const char* name_of(gossip::Mode);
[[nodiscard]] const char* name_of(DomainState);
[[nodiscard]] const char* name_of(Outcome);

/// What `prumo record` writes down: this host's last sample, before smoothing, and its VMs.
[[nodiscard]] nlohmann::json figures_to_json(const Status&);

}  // namespace prumo::wire
