#pragma once
// Reading JSON with errors that name the place. A Reader walks down with its path; the first thing
// wrong is kept, and everything after it reads as empty, so that callers check once, at the end.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace prumo::wire {

/// The first error of a whole document, as "path: what is wrong".
struct JsonFault {
  std::string message;
  void note(const std::string& path, const std::string& what) {
    if (message.empty()) message = path.empty() ? what : path + ": " + what;
  }
};

class JsonReader {
 public:
  JsonReader(const nlohmann::json& value, std::string path, JsonFault& fault)
      : value_(&value), path_(std::move(path)), fault_(&fault) {}

  /// The value under a key of this object; a missing key is a fault.
  [[nodiscard]] JsonReader at(const char* key) const;
  /// The same; a missing key or null is nothing.
  [[nodiscard]] std::optional<JsonReader> maybe(const char* key) const;
  /// Element of this array. Requires: i < size().
  [[nodiscard]] JsonReader at(std::size_t i) const;
  /// The keys of this object, ascending; anything else is a fault, and none.
  [[nodiscard]] std::vector<std::string> keys() const;
  /// Elements of this array; anything else is a fault, and 0.
  [[nodiscard]] std::size_t size() const;

  /// Finite, from 0 to 10¹².
  [[nodiscard]] double amount() const;
  [[nodiscard]] std::uint64_t count(std::uint64_t most) const;
  [[nodiscard]] bool flag() const;
  [[nodiscard]] std::string text() const;
  /// 1 to 256 bytes, no control characters.
  [[nodiscard]] std::string id() const;

  void fault(const std::string& what) const { fault_->note(path_, what); }

 private:
  [[nodiscard]] JsonReader below(const nlohmann::json& value, const std::string& path) const {
    return {value, path, *fault_};
  }
  [[nodiscard]] std::string path_to(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
  }

  const nlohmann::json* value_;
  std::string path_;
  JsonFault* fault_;
};

}  // namespace prumo::wire
