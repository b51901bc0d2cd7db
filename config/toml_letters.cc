#include "config/toml_letters.h"

#include <cstddef>
#include <cstdint>

namespace prumo::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::uint32_t byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}
std::uint32_t bits_at(std::string_view text, std::size_t at) { return byte_at(text, at) & 0x3F; }
bool continues(std::string_view text, std::size_t at) { return (byte_at(text, at) & 0xC0) == 0x80; }
char follower(std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); }

void append_lifted(std::string& out, std::uint32_t letter) {
  out += static_cast<char>(0xF4);
  out += follower(letter >> 12);
  out += follower(letter >> 6);
  out += follower(letter);
}

void append_lowered(std::string& out, std::uint32_t letter) {
  if (letter < 0x800) {
    out += static_cast<char>(0xC0 | letter >> 6);
  } else {
    out += static_cast<char>(0xE0 | letter >> 12);
    out += follower(letter >> 6);
  }
  out += follower(letter);
}

bool is_surrogate(std::uint32_t letter) { return letter >= 0xD800 && letter < 0xE000; }

}  // namespace

std::string lifted(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::uint32_t first = byte_at(text, at);
    if (first >= 0xC2 && first < 0xE0 && continues(text, at + 1)) {
      append_lifted(out, (first & 0x1F) << 6 | bits_at(text, at + 1));
      at += 1;
      continue;
    }
    if (first >= 0xE0 && first < 0xF0 && continues(text, at + 1) && continues(text, at + 2)) {
      const std::uint32_t letter =
          (first & 0x0F) << 12 | bits_at(text, at + 1) << 6 | bits_at(text, at + 2);
      if (letter >= 0x800 && !is_surrogate(letter)) {
        append_lifted(out, letter);
        at += 2;
        continue;
      }
    }
    out += text[at];
  }
  return out;
}

std::string lowered(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool plane = byte_at(text, at) == 0xF4 && byte_at(text, at + 1) < 0x90 &&
                       continues(text, at + 1) && continues(text, at + 2) &&
                       continues(text, at + 3);
    const std::uint32_t letter =
        bits_at(text, at + 1) << 12 | bits_at(text, at + 2) << 6 | bits_at(text, at + 3);
    if (plane && letter >= 0x80 && !is_surrogate(letter)) {
      append_lowered(out, letter);
      at += 3;
    } else {
      out += text[at];
    }
  }
  return out;
}

}  // namespace prumo::config
