#pragma once
// msgpack's parser within limits: it allocates for what an array says of itself before it has seen
// the elements, so an array may say no more than the bytes at hand could hold.

#include <cstddef>
#include <msgpack.hpp>
#include <string_view>
#include <tl/expected.hpp>

#include "src/wire/codec.h"

namespace prumo::wire {

struct Limits {
  std::size_t list = 0;   ///< elements of an array or entries of a map
  std::size_t depth = 0;  ///< of nesting
};

/// The one value that `bytes` are; its texts point into them.
/// Faults: kTruncated, kRange (a limit), kTrailing, kMalformed. Never throws.
[[nodiscard]] tl::expected<msgpack::object_handle, Fault> unpack(std::string_view bytes, Limits);

}  // namespace prumo::wire
