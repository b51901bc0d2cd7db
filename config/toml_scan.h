#pragma once
// Letters beyond ASCII are legal in texts and comments of TOML, nowhere else; toml++ 3.3 does not
// bear some of them elsewhere (its behaviour is undefined). So they are looked for beforehand. The
// scan knows strings and comments only; where a text goes wrong in any other way, the parser stops
// at that place, so what the scan makes of the rest does not matter.

#include <optional>
#include <string_view>

namespace prumo::config {

/// The line, from 1, of the first letter beyond ASCII outside of texts and comments.
[[nodiscard]] std::optional<int> stray_letter_in(std::string_view toml);

}  // namespace prumo::config
