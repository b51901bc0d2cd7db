#pragma once
// What text may look like on the wire: valid UTF-8 without control characters, within a bound, so
// that it can be printed and put into JSON wherever it ends up. A text of several lines may hold \n
// and \t too.

#include <cstddef>
#include <string>
#include <string_view>

namespace prumo::wire {

enum class Lines { kOne, kMany };

/// The clean text is empty of control characters (also of U+0080 to U+009F) and valid UTF-8.
[[nodiscard]] bool is_clean(std::string_view text, Lines lines);

/// `text` cut to at most `most` bytes between two characters, each offending byte replaced by `?`.
[[nodiscard]] std::string cleaned(std::string_view text, std::size_t most, Lines lines);

}  // namespace prumo::wire
