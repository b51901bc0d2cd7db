// The bytes of the control socket. Both directions begin with the prefix of codec.cc; then
//
//    Ask     [id, command, [argument…]]
//    Reply   [id, code, payload]    payload: the JSON answer as msgpack, a map with the keys of
//    `--format json`
//
// so that any client with a msgpack library can ask and read.

#include <exception>
#include <nlohmann/json.hpp>

#include "src/wire/codec.h"
#include "src/wire/json_value.h"
#include "src/wire/prefix.h"
#include "src/wire/reader.h"
#include "src/wire/unpack.h"
#include "src/wire/writer.h"

namespace prumo::wire {
namespace {

using nlohmann::json;

constexpr std::size_t kArgumentsMost = 64;
constexpr Limits kAskLimits{kArgumentsMost, 4};
/// Histories and tables are long; the depth guards the stack of those who walk the payload.
constexpr Limits kReplyLimits{64 * 1024, 32};

tl::expected<Ask, Fault> read_ask(const Body& body) {
  const auto unpacked = unpack(body.bytes, kAskLimits);
  if (!unpacked) return tl::unexpected(unpacked.error());
  const msgpack::object& frame = unpacked->get();

  Reader reader(body.minor);
  if (!reader.array(frame, 3) || frame.via.array.size < 3) return tl::unexpected(Fault::kMalformed);
  const msgpack::object* at = frame.via.array.ptr;
  Ask ask;
  if (!reader.read(at[0], ask.id) || !reader.read(at[1], ask.command))
    return tl::unexpected(reader.fault());
  if (at[2].type != msgpack::type::ARRAY) return tl::unexpected(Fault::kMalformed);
  for (std::uint32_t i = 0; i < at[2].via.array.size; ++i) {
    std::string argument;
    if (!reader.read_text(at[2].via.array.ptr[i], argument, {kLongTextMost, Lines::kMany}))
      return tl::unexpected(reader.fault());
    ask.arguments.push_back(std::move(argument));
  }
  return ask;
}

tl::expected<Reply, Fault> read_reply(const Body& body) {
  const auto unpacked = unpack(body.bytes, kReplyLimits);
  if (!unpacked) return tl::unexpected(unpacked.error());
  const msgpack::object& frame = unpacked->get();

  Reader reader(body.minor);
  if (!reader.array(frame, 3) || frame.via.array.size < 3) return tl::unexpected(Fault::kMalformed);
  const msgpack::object* at = frame.via.array.ptr;
  Reply reply;
  if (!reader.read(at[0], reply.id) || !reader.read(at[1], reply.code))
    return tl::unexpected(reader.fault());
  const auto payload = to_json(at[2]);
  if (!payload) return tl::unexpected(Fault::kMalformed);
  reply.json = payload->dump(-1, ' ', false, json::error_handler_t::replace);
  return reply;
}

}  // namespace

std::string encode(const ClusterId& cluster, const Ask& ask) {
  std::string frame = begin_frame(cluster);
  Writer writer(frame);
  writer.begin_array(3);
  writer.write(ask.id);
  writer.write(ask.command);
  writer.begin_array(ask.arguments.size());
  for (const std::string& argument : ask.arguments)
    writer.write_text(argument, {kLongTextMost, Lines::kMany});
  return frame;
}

tl::expected<Ask, Fault> decode_ask(const ClusterId& cluster, std::string_view frame) {
  const auto body = check_prefix(cluster, frame, kControlMost);
  if (!body) return tl::unexpected(body.error());
  try {
    return read_ask(*body);
  } catch (const std::exception&) {
    return tl::unexpected(Fault::kMalformed);
  }
}

std::string encode(const ClusterId& cluster, const Reply& reply) {
  std::string frame = begin_frame(cluster);
  Writer writer(frame);
  writer.begin_array(3);
  writer.write(reply.id);
  writer.write(reply.code);
  const json payload = json::parse(reply.json, nullptr, /*allow_exceptions=*/false);
  json::to_msgpack(payload.is_discarded() ? json::object() : payload, frame);
  return frame;
}

tl::expected<Reply, Fault> decode_reply(const ClusterId& cluster, std::string_view frame) {
  const auto body = check_prefix(cluster, frame, kReplyMost);
  if (!body) return tl::unexpected(body.error());
  try {
    return read_reply(*body);
  } catch (const std::exception&) {
    return tl::unexpected(Fault::kMalformed);
  }
}

}  // namespace prumo::wire
