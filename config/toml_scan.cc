#include "config/toml_scan.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace prumo::config {
namespace {

constexpr std::string_view kBefore = " \t\r\n=[,.{";  ///< what a text may follow
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The end of what begins at `from`: of a comment, a string, or one character.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t past(std::size_t from) const {
    const char c = text_[from];
    if (c == '#') return past_line(from);
    // Within a word a quote opens nothing: toml++ reads such a word to its end before it complains.
    const bool opens = from == 0 || kBefore.find(text_[from - 1]) != std::string_view::npos;
    if ((c != '"' && c != '\'') || !opens) return from + 1;
    const bool many = text_.substr(from, 3) == std::string_view(c == '"' ? "\"\"\"" : "'''");
    return past_string(from + (many ? 3 : 1), c, many);
  }

 private:
  [[nodiscard]] std::size_t past_line(std::size_t at) const {
    const std::size_t end = text_.find('\n', at);
    return end == std::string_view::npos ? text_.size() : end;
  }
  [[nodiscard]] std::size_t past_string(std::size_t at, char quote, bool many) const {
    for (; at < text_.size(); ++at) {
      if (text_[at] == '\\' && quote == '"') {
        ++at;
      } else if (text_[at] == '\n' && !many) {
        return at;
      } else if (text_[at] == quote) {
        if (!many) return at + 1;
        if (text_.substr(at, 3) == std::string(3, quote)) return at + 3;
      }
    }
    return text_.size();
  }

  std::string_view text_;
};

}  // namespace

std::optional<int> stray_letter_in(std::string_view toml) {
  if (toml.starts_with(kByteOrderMark)) toml.remove_prefix(kByteOrderMark.size());
  const Scan scan(toml);
  int line = 1;
  for (std::size_t at = 0; at < toml.size();) {
    if (static_cast<unsigned char>(toml[at]) >= 0x80) return line;
    const std::size_t end = std::min(scan.past(at), toml.size());
    line += static_cast<int>(std::count(toml.begin() + static_cast<std::ptrdiff_t>(at),
                                        toml.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at = end;
  }
  return std::nullopt;
}

}  // namespace prumo::config
