#pragma once
// Snapshots and decisions as JSON: what `prumo plan FILE` reads and prints, what a recorded
// decision is stored as. A snapshot file can be given back to the same decision, so people can ask
// "what if".
//
// Numbers in JSON are as people write them (0.934, 11.82); inside they are whole millionths again.
// Text that is not UTF-8 is carried as it is: dump with error_handler_t::replace.

#include <nlohmann/json.hpp>
#include <string_view>

#include "policy/plan.h"
#include "src/core/result.h"

namespace prumo::wire {

/// Reads {"hosts": [...], "vms": [...]}. Capacity is 100 each where it is not given, as for
/// percentages; "available_memory_mib", "memory_mib", "name", "closed", "pinned" and "samples" may be absent;
/// keys not known here are skipped. Errors are one line that names the place: "vms[2].usage.cpu: -1
/// is negative".
[[nodiscard]] Result<policy::Snapshot> parse_snapshot(std::string_view text);

/// Reads a snapshot with "asking": [{"host", "advice"}] beside it: what a round was decided on. The
/// parameters are those given.
[[nodiscard]] Result<policy::RoundInput> round_input_from_json(const nlohmann::json&,
                                                               const policy::Parameters&);
/// The same without the parameters, which the configuration words.
[[nodiscard]] nlohmann::json to_json(const policy::RoundInput&);

/// What parse_snapshot reads; pairs that are barred are listed as "barred": {"HOST": "REASON"}.
[[nodiscard]] nlohmann::json to_json(const policy::Snapshot&);
/// {"overloaded", "migrations", "infeasible", "partial", "explanation"}; an explanation per
/// overloaded host.
[[nodiscard]] nlohmann::json to_json(const policy::Decision&);
[[nodiscard]] nlohmann::json to_json(const policy::Explanation&);
[[nodiscard]] nlohmann::json to_json(const policy::Forecast&);
/// Reads what to_json wrote. Errors are one line that names the place.
[[nodiscard]] Result<policy::Explanation> explanation_from_json(const nlohmann::json&);

}  // namespace prumo::wire
