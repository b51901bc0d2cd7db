#include "src/wire/json_value.h"

#include <string>
#include <utility>

namespace prumo::wire {
namespace {

using nlohmann::json;

std::string text_of(const msgpack::object& value) {
  return std::string(value.via.str.ptr, value.via.str.size);
}

std::optional<json> list(const msgpack::object_array& array) {
  json out = json::array();
  for (const msgpack::object& element : array) {
    auto value = to_json(element);
    if (!value) return std::nullopt;
    out.push_back(*std::move(value));
  }
  return out;
}

std::optional<json> map(const msgpack::object_map& entries) {
  json out = json::object();
  for (const msgpack::object_kv& entry : entries) {
    if (entry.key.type != msgpack::type::STR) return std::nullopt;
    auto value = to_json(entry.val);
    if (!value) return std::nullopt;
    out[text_of(entry.key)] = *std::move(value);
  }
  return out;
}

}  // namespace

std::optional<json> to_json(const msgpack::object& value) {
  switch (value.type) {
    case msgpack::type::BOOLEAN:
      return json(value.via.boolean);
    case msgpack::type::POSITIVE_INTEGER:
      return json(value.via.u64);
    case msgpack::type::NEGATIVE_INTEGER:
      return json(value.via.i64);
    case msgpack::type::FLOAT32:
    case msgpack::type::FLOAT64:
      return json(value.via.f64);
    case msgpack::type::STR:
      return json(text_of(value));
    case msgpack::type::ARRAY:
      return list(value.via.array);
    case msgpack::type::MAP:
      return map(value.via.map);
    default:
      return json(nullptr);
  }
}

}  // namespace prumo::wire
