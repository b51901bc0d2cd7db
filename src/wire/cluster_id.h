#pragma once
// Which cluster a frame belongs to: 128 random bits drawn by `prumo init`, shown as 32 hexadecimal
// digits.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "src/core/result.h"

namespace prumo::wire {

using ClusterId = std::array<std::uint8_t, 16>;

/// 32 lower-case hexadecimal digits.
[[nodiscard]] std::string to_text(const ClusterId&);
/// Accepts upper and lower case. Error: the text is anything but 32 hexadecimal digits.
[[nodiscard]] Result<ClusterId> parse_cluster_id(std::string_view text);

}  // namespace prumo::wire
