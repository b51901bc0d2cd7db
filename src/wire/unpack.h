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

/// The one value at bytes[offset…]; `offset` moves behind it. Texts of the result point into
/// `bytes`. Faults: kTruncated, kRange (a limit), kMalformed. Never throws.
[[nodiscard]] tl::expected<msgpack::object_handle, Fault> unpack_one(std::string_view bytes,
                                                                     std::size_t& offset, Limits);
/// The one value that `bytes` are. Faults: as above, and kTrailing.
[[nodiscard]] tl::expected<msgpack::object_handle, Fault> unpack_all(std::string_view bytes,
                                                                     Limits);

}  // namespace prumo::wire
