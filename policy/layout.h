#pragma once
// Plain text in columns: padding, and wrapping at 80.

#include <cstddef>
#include <string>

namespace prumo::policy {

inline constexpr std::size_t kColumns = 80;

/// Control characters become blanks: a name from elsewhere must not steer the terminal.
[[nodiscard]] std::string harmless(std::string);
/// Columns that the text takes: one per character of UTF-8.
[[nodiscard]] std::size_t columns_of(const std::string&);
/// Filled with blanks up to `width` columns; never cut.
[[nodiscard]] std::string left(const std::string&, std::size_t width);
[[nodiscard]] std::string right(const std::string&, std::size_t width);
/// `start` followed by the words of `text`, broken where the next word would pass 80 columns; lines
/// after the first begin with `indent` blanks. Ends with a newline. Control characters become
/// blanks.
[[nodiscard]] std::string wrapped(const std::string& start, const std::string& text,
                                  std::size_t indent);

}  // namespace prumo::policy
