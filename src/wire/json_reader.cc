#include "src/wire/json_reader.h"

#include <algorithm>
#include <cmath>

namespace prumo::wire {
namespace {

using nlohmann::json;

const json& nothing() {
  static const json kNull;
  return kNull;
}

/// The value as it stands in the file, short enough for a line.
std::string shown(const json& value) {
  constexpr std::size_t kMost = 40;
  if (value.is_structured()) return value.is_array() ? "an array" : "an object";
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  return text.size() > kMost ? text.substr(0, kMost) + "..." : text;
}

}  // namespace

JsonReader JsonReader::at(const char* key) const {
  if (!value_->is_object()) {
    fault(shown(*value_) + " is not an object");
    return below(nothing(), path_to(key));
  }
  const auto it = value_->find(key);
  if (it != value_->end()) return below(*it, path_to(key));
  fault_->note(path_to(key), "is missing");
  return below(nothing(), path_to(key));
}

std::optional<JsonReader> JsonReader::maybe(const char* key) const {
  if (!value_->is_object()) return std::nullopt;
  const auto it = value_->find(key);
  if (it == value_->end() || it->is_null()) return std::nullopt;
  return below(*it, path_to(key));
}

JsonReader JsonReader::at(std::size_t i) const {
  return below((*value_)[i], path_ + "[" + std::to_string(i) + "]");
}

std::vector<std::string> JsonReader::keys() const {
  std::vector<std::string> keys;
  if (!value_->is_object()) fault(shown(*value_) + " is not an object");
  if (value_->is_object()) {
    for (const auto& item : value_->items()) keys.push_back(item.key());
  }
  return keys;
}

std::size_t JsonReader::size() const {
  if (value_->is_array()) return value_->size();
  fault(shown(*value_) + " is not an array");
  return 0;
}

double JsonReader::amount() const {
  constexpr double kMost = 1e12;
  if (!value_->is_number()) {
    fault(shown(*value_) + " is not a number");
    return 0;
  }
  const double x = value_->get<double>();
  if (!std::isfinite(x)) {
    fault("is not finite");
  } else if (x < 0) {
    fault(shown(*value_) + " is negative");
  } else if (x > kMost) {
    fault(shown(*value_) + " is above 1e12");
  } else {
    return x;
  }
  return 0;
}

std::uint64_t JsonReader::count(std::uint64_t most) const {
  if (!value_->is_number_integer() || *value_ < 0) {
    fault(shown(*value_) + " is not a whole number from 0 on");
    return 0;
  }
  const auto n = value_->get<std::uint64_t>();
  if (n <= most) return n;
  fault(shown(*value_) + " is above " + std::to_string(most));
  return 0;
}

bool JsonReader::flag() const {
  if (value_->is_boolean()) return value_->get<bool>();
  fault(shown(*value_) + " is neither true nor false");
  return false;
}

std::string JsonReader::text() const {
  if (value_->is_string()) return value_->get<std::string>();
  fault(shown(*value_) + " is not a text");
  return {};
}

std::string JsonReader::id() const {
  constexpr std::size_t kMost = 256;
  std::string id = text();
  const bool control = std::any_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (id.empty()) fault("is empty");
  if (id.size() > kMost) fault("is longer than " + std::to_string(kMost) + " bytes");
  if (control) fault("has control characters");
  return id;
}

}  // namespace prumo::wire
