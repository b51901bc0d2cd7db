#include "src/wire/cluster_id.h"

#include <cstddef>

namespace prumo::wire {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int value_of(char digit) {
  if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
  const std::size_t at = kDigits.find(digit);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

std::string to_text(const ClusterId& id) {
  std::string text;
  text.reserve(id.size() * 2);
  for (const std::uint8_t byte : id) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

Result<ClusterId> parse_cluster_id(std::string_view text) {
  ClusterId id{};
  if (text.size() != id.size() * 2)
    return fail("a cluster id has 32 hexadecimal digits, this has " + std::to_string(text.size()) +
                " characters");
  for (std::size_t i = 0; i < id.size(); ++i) {
    const int high = value_of(text[2 * i]);
    const int low = value_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return fail("a cluster id has hexadecimal digits only (0-9, a-f)");
    id[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return id;
}

}  // namespace prumo::wire
