#pragma once
// The durable state as JSON text. A field that is absent has its default (an older version wrote
// the text); a field that is not known here was written by a newer version, and is refused rather
// than dropped.

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "src/peer/durable.h"

namespace prumo::store {

/// Raised when stored text changes its meaning in a way that field names do not show.
inline constexpr std::int64_t kFormat = 1;

enum class Unreadable : std::uint8_t {
  kBroken,  ///< no text that any version wrote
  kNewer,   ///< has fields or values that this version does not know
};

/// Bytes that are no UTF-8 are replaced: a strange name must not keep the state from being stored.
[[nodiscard]] std::string to_text(const DurableState&);
[[nodiscard]] tl::expected<DurableState, Unreadable> parse(const std::string& text);

/// FNV-1a over the bytes; tells text that was damaged where it is still JSON.
[[nodiscard]] std::uint64_t checksum(const std::string& text);

}  // namespace prumo::store
