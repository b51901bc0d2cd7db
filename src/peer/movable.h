#pragma once
// Which VMs of this host may leave, and what the coordinator is told about them.

#include <string>
#include <vector>

#include "src/peer/own_host.h"
#include "src/peer/turn.h"

namespace prumo {

inline constexpr std::size_t kMostVms = 1000;

/// Why nobody may move this VM now, an operator's order or not ("moved or tried to lately, may leave
/// in 90 s"…); empty: somebody may.
[[nodiscard]] std::string why_stuck(const Turn&, const Domain&);
/// The same, or why a coordinator may not ("ignored by pattern db*"); empty: it may.
[[nodiscard]] std::string why_stays(const Turn&, const Domain&);

/// Every active VM, ascending by id, at most `kMostVms`.
[[nodiscard]] std::vector<VmFigures> vm_figures(const Turn&, const OwnHost&);

/// Every domain that would be in the way of a VM of that id, ascending.
[[nodiscard]] std::vector<VmId> known_domains(const Turn&, const OwnHost&);

}  // namespace prumo
