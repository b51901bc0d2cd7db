#include "src/store/durable_json.h"

#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "src/core/hash.h"
#include "src/store/fields.h"

namespace prumo::store {
namespace {

using nlohmann::json;

/// Thrown and caught within this file only.
struct Stop {
  Unreadable why;
};

template <class T>
concept Structure = requires(T& value) {
  each_field(value, [](const char*, auto&) {});
};
template <class T>
concept Enumeration = std::is_enum_v<T>;

json put(bool value) { return value; }
json put(const std::string& text) { return text; }
json put(double value) { return value; }
template <std::unsigned_integral T>
json put(T value) {
  return static_cast<std::uint64_t>(value);
}
template <Enumeration T>
json put(T value) {
  return static_cast<std::uint64_t>(value);
}
template <class Tag>
json put(const Name<Tag>& name) {
  return name.value;
}
template <class Tag>
json put(const Number<Tag>& number) {
  return number.value;
}
json put(Duration duration) { return std::int64_t{duration.count()}; }
json put(Instant instant) { return put(instant.since_boot); }
json put(Micro micro) { return micro.value; }
template <Structure T>
json put(const T& value);
template <class T>
json put(const std::optional<T>& value) {
  return value ? put(*value) : json();
}
template <class T>
json put(const std::vector<T>& list) {
  json out = json::array();
  for (const T& element : list) out.push_back(put(element));
  return out;
}
// Pairs, not an object: a key may be any text, also the same text as another once it is made
// printable.
template <class K, class V>
json put(const std::map<K, V>& map) {
  json out = json::array();
  for (const auto& [key, value] : map) out.push_back(json::array({put(key), put(value)}));
  return out;
}
template <Structure T>
json put(const T& value) {
  json out = json::object();
  each_field(value, [&out](const char* name, const auto& field) { out[name] = put(field); });
  return out;
}

void require(bool condition) {
  if (!condition) throw Stop{Unreadable::kBroken};
}

void get(const json& from, bool& value) {
  require(from.is_boolean());
  value = from.get<bool>();
}
void get(const json& from, std::string& text) {
  require(from.is_string());
  text = from.get<std::string>();
}
void get(const json& from, double& value) {
  require(from.is_number());
  value = from.get<double>();
}
template <std::unsigned_integral T>
void get(const json& from, T& value) {
  require(from.is_number_unsigned() && from.get<std::uint64_t>() <= std::numeric_limits<T>::max());
  value = static_cast<T>(from.get<std::uint64_t>());
}
void get(const json& from, std::int64_t& value) {
  require(from.is_number_integer());
  require(!from.is_number_unsigned() ||
          from.get<std::uint64_t>() <=
              static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  value = from.get<std::int64_t>();
}
template <Enumeration T>
void get(const json& from, T& value) {
  std::uint64_t number = 0;
  get(from, number);
  if (number > static_cast<std::uint64_t>(kLast<T>)) throw Stop{Unreadable::kNewer};
  value = static_cast<T>(number);
}
template <class Tag>
void get(const json& from, Name<Tag>& name) {
  get(from, name.value);
}
template <class Tag>
void get(const json& from, Number<Tag>& number) {
  get(from, number.value);
}
void get(const json& from, Duration& duration) {
  std::int64_t count = 0;
  get(from, count);
  duration = Duration(count);
}
void get(const json& from, Instant& instant) { get(from, instant.since_boot); }
void get(const json& from, Micro& micro) { get(from, micro.value); }
template <Structure T>
void get(const json& from, T& value);
template <class T>
void get(const json& from, std::optional<T>& value) {
  value.reset();
  if (!from.is_null()) get(from, value.emplace());
}
template <class T>
void get(const json& from, std::vector<T>& list) {
  require(from.is_array());
  list.clear();
  for (const json& element : from) get(element, list.emplace_back());
}
template <class K, class V>
void get(const json& from, std::map<K, V>& map) {
  require(from.is_array());
  map.clear();
  for (const json& pair : from) {
    require(pair.is_array() && pair.size() == 2);
    K key;
    get(pair[0], key);
    get(pair[1], map[key]);
  }
}
template <Structure T>
void get(const json& from, T& value) {
  require(from.is_object());
  std::size_t known = 0;
  each_field(value, [&](const char* name, auto& field) {
    const auto at = from.find(name);
    if (at == from.end()) return;
    ++known;
    get(*at, field);
  });
  if (known != from.size()) throw Stop{Unreadable::kNewer};
}

}  // namespace

std::string to_text(const DurableState& state) {
  return put(state).dump(-1, ' ', false, json::error_handler_t::replace);
}

tl::expected<DurableState, Unreadable> parse(const std::string& text) {
  const json from = json::parse(text, nullptr, false);
  try {
    DurableState state;
    get(from, state);
    return state;
  } catch (const Stop& stop) {
    return tl::unexpected(stop.why);
  }
}

std::uint64_t checksum(const std::string& text) { return fnv1a_64(text); }

}  // namespace prumo::store
