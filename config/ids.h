#pragma once
// What the names and keys that people type must look like.

#include <string_view>

namespace prumo::config {

/// 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or a digit: it names files and travels in
/// messages.
[[nodiscard]] bool is_host_id(std::string_view text);
inline constexpr const char* kHostIdCure =
    "is no name; use 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit "
    "first";

/// 32 hexadecimal digits.
[[nodiscard]] bool is_cluster_id(std::string_view text);

/// A CURVE key as Z85 text: 40 characters of its alphabet.
[[nodiscard]] bool is_key(std::string_view text);

}  // namespace prumo::config
