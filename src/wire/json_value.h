#pragma once
// A msgpack value as JSON. Only what JSON knows: maps have text keys; bytes, extensions and NaN
// become null.

#include <msgpack.hpp>
#include <nlohmann/json.hpp>
#include <optional>

namespace prumo::wire {

/// Nothing: a map has a key that is no text. Recurses as deep as `value` is nested.
[[nodiscard]] std::optional<nlohmann::json> to_json(const msgpack::object& value);

}  // namespace prumo::wire
