#pragma once
// What every target needs: the input as text, and a way to say that a promise was broken.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace prumo::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

/// An error is for a person: something on exactly one line.
inline void require_one_line(const std::string& error) {
  require(!error.empty() && error.find('\n') == std::string::npos, "an error is one line");
}

}  // namespace prumo::fuzz
