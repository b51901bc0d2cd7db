#pragma once
// FNV-1a, for what need only be the same everywhere and seldom collide; it keeps nobody out.

#include <cstdint>
#include <string_view>

namespace prumo {

/// Goes on from `hash`, so that texts can be taken one after another.
[[nodiscard]] constexpr std::uint64_t fnv1a_64(std::string_view text,
                                               std::uint64_t hash = 0xCBF29CE484222325U) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

[[nodiscard]] constexpr std::uint32_t fnv1a_32(std::string_view text) {
  std::uint32_t hash = 0x811C9DC5U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return hash;
}

}  // namespace prumo
