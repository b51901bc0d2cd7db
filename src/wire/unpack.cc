#include "src/wire/unpack.h"

#include <algorithm>
#include <exception>

namespace prumo::wire {

tl::expected<msgpack::object_handle, Fault> unpack(std::string_view bytes, Limits limits) {
  const auto in_place = [](msgpack::type::object_type, std::size_t, void*) { return true; };
  const std::size_t list = std::min(limits.list, bytes.size());
  const msgpack::unpack_limit limit(list, list, bytes.size(), bytes.size(), 0, limits.depth);
  try {
    std::size_t end = 0;
    auto value = msgpack::unpack(bytes.data(), bytes.size(), end, in_place, nullptr, limit);
    if (end != bytes.size()) return tl::unexpected(Fault::kTrailing);
    return value;
  } catch (const msgpack::insufficient_bytes&) {
    return tl::unexpected(Fault::kTruncated);
  } catch (const msgpack::size_overflow&) {
    return tl::unexpected(Fault::kRange);
  } catch (const std::exception&) {  // parse_error, type_error, bad_alloc
    return tl::unexpected(Fault::kMalformed);
  }
}

}  // namespace prumo::wire
