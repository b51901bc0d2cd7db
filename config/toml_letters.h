#pragma once
// Letters beyond ASCII are legal in texts and comments of TOML. toml++ 3.3 looks at some of them in a
// way whose outcome is undefined, and only a parser knows where. So it never sees one: each is
// lifted into the last private plane of Unicode, which toml++ treats alike everywhere, and lowered
// again in what comes out.

#include <string>
#include <string_view>

namespace prumo::config {

/// UTF-8 with U+0080 to U+FFFF replaced by U+100080 to U+10FFFF; a byte order mark at the front is
/// dropped. What is no UTF-8 stays as it is, for the parser to refuse.
[[nodiscard]] std::string lifted(std::string_view text);
/// The inverse of `lifted`.
[[nodiscard]] std::string lowered(std::string_view text);

}  // namespace prumo::config
