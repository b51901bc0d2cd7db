#pragma once
// The first 22 bytes of every frame, looked at before anything is decoded.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "src/wire/codec.h"

namespace prumo::wire {

inline constexpr std::size_t kPrefixSize = 22;

/// A frame that holds its prefix only, with our major and minor.
[[nodiscard]] std::string begin_frame(const ClusterId&);

struct Body {
  std::uint8_t minor = 0;  ///< of the sender
  std::string_view bytes;  ///< what follows the prefix
};
/// Faults: kTooLarge (above `most`), kTruncated, kMagic, kOtherMajor, kForeignCluster.
[[nodiscard]] tl::expected<Body, Fault> check_prefix(const ClusterId&, std::string_view frame,
                                                     std::size_t most);

}  // namespace prumo::wire
