#include "src/wire/unpack.h"

#include <algorithm>
#include <exception>

namespace prumo::wire {

tl::expected<msgpack::object_handle, Fault> unpack_one(std::string_view bytes, std::size_t& offset,
                                                       Limits limits) {
  const auto in_place = [](msgpack::type::object_type, std::size_t, void*) { return true; };
  const std::size_t list = std::min(limits.list, bytes.size());
  const msgpack::unpack_limit limit(list, list, bytes.size(), bytes.size(), 0, limits.depth);
  try {
    return msgpack::unpack(bytes.data(), bytes.size(), offset, in_place, nullptr, limit);
  } catch (const msgpack::insufficient_bytes&) {
    return tl::unexpected(Fault::kTruncated);
  } catch (const msgpack::size_overflow&) {
    return tl::unexpected(Fault::kRange);
  } catch (const std::exception&) {  // parse_error, type_error, bad_alloc
    return tl::unexpected(Fault::kMalformed);
  }
}

tl::expected<msgpack::object_handle, Fault> unpack_all(std::string_view bytes, Limits limits) {
  std::size_t offset = 0;
  auto value = unpack_one(bytes, offset, limits);
  if (value && offset != bytes.size()) return tl::unexpected(Fault::kTrailing);
  return value;
}

}  // namespace prumo::wire
