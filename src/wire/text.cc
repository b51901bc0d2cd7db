#include "src/wire/text.h"

#include <cstdint>

namespace prumo::wire {
namespace {

/// Length in bytes of the clean character that `rest` begins with; 0: it begins with none.
/// Overlong forms, surrogates and numbers above U+10FFFF are no characters (Unicode, table 3-7).
std::size_t character(std::string_view rest, Lines lines) {
  const auto byte = [rest](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) {
    const bool printable = first >= 0x20 && first != 0x7F;
    const bool layout = lines == Lines::kMany && (first == '\n' || first == '\t');
    return printable || layout ? 1 : 0;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || rest.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0U) != 0x80U) return 0;

  const std::uint8_t second = byte(1);
  const bool control = first == 0xC2 && second < 0xA0;
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool too_high = first == 0xF4 && second >= 0x90;
  return control || overlong || surrogate || too_high ? 0 : length;
}

}  // namespace

bool is_clean(std::string_view text, Lines lines) {
  while (!text.empty()) {
    const std::size_t length = character(text, lines);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string cleaned(std::string_view text, std::size_t most, Lines lines) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t length = character(text, lines);
    const std::size_t taken = length == 0 ? 1 : length;
    if (clean.size() + taken > most) break;
    if (length == 0) {
      clean += '?';
    } else {
      clean += text.substr(0, length);
    }
    text.remove_prefix(taken);
  }
  return clean;
}

}  // namespace prumo::wire
