#pragma once

#include <string_view>

namespace prumo {

/// Shell pattern: `*` any text, `?` any one byte, all else itself. Time is linear in pattern times
/// name.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name);

}  // namespace prumo
