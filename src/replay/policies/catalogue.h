#pragma once

#include <memory>
#include <string>
#include <vector>

#include "src/replay/policy.h"
#include "src/replay/settings.h"

namespace prumo::replay {

/// Every policy, the documented one first.
[[nodiscard]] std::vector<std::string> policy_names();
/// Requires: `name` is one of them.
[[nodiscard]] std::unique_ptr<Policy> make_policy(const std::string& name, const Settings&);

}  // namespace prumo::replay
