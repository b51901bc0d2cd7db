#pragma once
// One answer out of what several hosts said. A decision is remembered by the coordinator that made
// it and by the host that asked: the coordinator's own account counts. Another version may answer
// with something else, so everything is read with patience.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/daemon/gather.h"

namespace prumo::daemon {

/// What a host's answer holds under `key`; `otherwise` when it is absent or of another kind.
template <class T>
T said(const nlohmann::json& data, const char* key, T otherwise) {
  if (!data.is_object()) return otherwise;
  const auto it = data.find(key);
  if (it == data.end()) return otherwise;
  try {
    return it->get<T>();
  } catch (const nlohmann::json::exception&) {
    return otherwise;
  }
}

inline std::string text_of(const nlohmann::json& data, const char* key) {
  return said(data, key, std::string());
}
inline std::int64_t time_of(const nlohmann::json& data) {
  return said(data, "unix_ms", std::int64_t{0});
}

inline constexpr std::size_t kDecisionsOfVm = 10;  ///< how many of a VM's decisions are shown

/// Of everybody's VMs those with this name or id; "host" is who has told of it.
[[nodiscard]] std::vector<nlohmann::json> vms_called(const Gathered&, const std::string& name);
/// The last decision that anybody remembers: {"found": false} when nobody does.
[[nodiscard]] nlohmann::json newest_decision(const Gathered&);
/// The decisions of one round, for each host that asked in it: that of the fullest, with the rest
/// under "others", as far as they fit into an answer.
[[nodiscard]] nlohmann::json decisions_of_round(const Gathered&);
/// Decisions in which a VM had a part and migrations of it, the newest first, under "decisions" and
/// "migrations".
[[nodiscard]] nlohmann::json part_of_vm(const Gathered&);

}  // namespace prumo::daemon
