#include "src/cli/reading.h"

#include "src/wire/text.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kTextMost = 4096;

const json* find(const json& from, const char* key) {
  if (!from.is_object()) return nullptr;
  const auto it = from.find(key);
  return it == from.end() ? nullptr : &*it;
}

std::string clean(const json& text) {
  return wire::cleaned(text.get_ref<const std::string&>(), kTextMost, wire::Lines::kOne);
}

}  // namespace

std::string text_of(const json& from, const char* key, const char* otherwise) {
  const json* value = find(from, key);
  return value != nullptr && value->is_string() ? clean(*value) : otherwise;
}

double number_of(const json& from, const char* key, double otherwise) {
  const json* value = find(from, key);
  return value != nullptr && value->is_number() ? value->get<double>() : otherwise;
}

bool flag_of(const json& from, const char* key) {
  const json* value = find(from, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

const json& list_of(const json& from, const char* key) {
  static const json none = json::array();
  const json* value = find(from, key);
  return value != nullptr && value->is_array() ? *value : none;
}

const json& part_of(const json& from, const char* key) {
  static const json none = json::object();
  const json* value = find(from, key);
  return value != nullptr && value->is_object() ? *value : none;
}

std::string names_in(const json& answer, const char* key) {
  std::string names;
  for (const json& host : list_of(answer, key))
    if (host.is_string()) names += (names.empty() ? "" : ", ") + clean(host);
  return names;
}

std::string unanswered(const json& answer) {
  const std::string names = names_in(answer, "unanswered");
  return names.empty() ? "" : "Did not answer in time: " + names + ".\n";
}

}  // namespace prumo::cli
