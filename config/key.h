#pragma once
// One key of prumo.toml: where it lives in a Config, what it may be, and what moving it costs.
// Loading, checking, suggesting and documenting all go over the one list of them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.h"

namespace prumo::config {

/// What a text must look like.
enum class Form : std::uint8_t {
  kAny,
  kHostId,    ///< 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or a digit
  kCluster,   ///< 32 hexadecimal digits
  kPath,      ///< relative ones are taken from the folder of prumo.toml
  kTcp,       ///< "tcp://ADDRESS:PORT"
  kEndpoint,  ///< tcp or ipc
};

struct DurationKey {
  Duration& (*at)(Config&);
  Duration low;
  Duration high;
};
struct NumberKey {
  double& (*at)(Config&);
  double low;
  double high;
  std::string_view unit;
};
struct CountKey {
  std::uint64_t (*get)(Config&);
  void (*set)(Config&, std::uint64_t);
  std::uint64_t low;
  std::uint64_t high;
};
struct FlagKey {
  bool& (*at)(Config&);
};
struct TextKey {
  std::string& (*at)(Config&);
  Form form = Form::kAny;
};
struct ListKey {
  std::vector<std::string>& (*at)(Config&);
  Form form = Form::kAny;
};
struct ChoiceKey {
  std::size_t (*get)(Config&);
  void (*set)(Config&, std::size_t);
  std::vector<std::string_view> choices;
};

struct Key {
  std::string_view name;  ///< dotted: "election.lease"
  std::variant<DurationKey, NumberKey, CountKey, FlagKey, TextKey, ListKey, ChoiceKey> kind;
  std::string_view doc;  ///< what it is, and the price of moving it
};

/// All keys, in the order of the annotated file; a preset comes before the keys it sets.
[[nodiscard]] const std::vector<Key>& keys();
[[nodiscard]] const Key* find_key(std::string_view name);
/// The key that `name` was probably meant to be; null when none is near.
[[nodiscard]] const Key* nearest_key(std::string_view name);

/// The value as it is written in prumo.toml.
[[nodiscard]] std::string value_text(const Key&, Config&);
/// "from 100ms to 1min", "one of auto, advise"; empty when all values are legal.
[[nodiscard]] std::string range_text(const Key&);
/// A TOML text in quotes.
[[nodiscard]] std::string quoted(const std::string&);

}  // namespace prumo::config
