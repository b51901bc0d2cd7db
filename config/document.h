#pragma once
// A TOML file as a flat list of dotted keys, each with its line. The only file that knows the
// parser is document.cc.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "src/core/result.h"

namespace prumo::config {

/// What prumo's files never hold: dates, arrays of anything but texts.
struct Foreign {};
using Value =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>, Foreign>;

struct Entry {
  std::string key;  ///< "election.lease"
  Value value;
  std::string shown;  ///< the value as it stands in the file, for messages
  int line = 0;
};

struct Document {
  std::string path;
  std::vector<Entry> entries;  ///< in the order of the file

  [[nodiscard]] const Entry* find(const std::string& key) const;
  /// "FILE:LINE: "
  [[nodiscard]] std::string at(const Entry&) const;
};

/// Error: no TOML, with the line.
[[nodiscard]] Result<Document> parse_document(const std::string& text, const std::string& path);
/// Error: also when the file can't be read.
[[nodiscard]] Result<Document> read_document(const std::string& path);

}  // namespace prumo::config
