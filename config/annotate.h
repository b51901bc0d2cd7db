#pragma once

#include <map>
#include <string>

namespace prumo::config {

/// A prumo.toml with every key, its meaning, range and price. Keys in `values` (dotted name → TOML
/// value) are set; the others stand in comments with their defaults, so that a newer version may
/// better them.
[[nodiscard]] std::string annotated(const std::map<std::string, std::string>& values);

/// What config/prumo.toml holds: the annotated file with an example of what must be set.
[[nodiscard]] std::string annotated_example();

}  // namespace prumo::config
