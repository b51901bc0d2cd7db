// The bytes of a frame of the mesh (for those of the control socket see control_codec.cc):
//
//    offset  0        4       5       6                        22
//           +--------+-------+-------+------------------------+----------------------------------
//           | "PRMO" | major | minor | cluster id, 16 bytes   | one msgpack array
//           +--------+-------+-------+------------------------+----------------------------------
//
//    array  [from, [starts, refutations], run, won, type, [field…]]
//           from         str           the sender's id
//           starts…      2 × uint32    its incarnation
//           run          uint64        its run
//           won          uint64        highest epoch it knows to have had a majority
//           type         uint8         message_types.h
//           [field…]                   the message's fields in the order of their declaration
//
// A nested struct is an array of its fields again; writer.h says what becomes of each kind of
// value.

#include "src/wire/codec.h"

#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

#include "src/wire/message_types.h"
#include "src/wire/prefix.h"
#include "src/wire/reader.h"
#include "src/wire/unpack.h"
#include "src/wire/writer.h"

namespace prumo::wire {
namespace {

constexpr std::size_t kEnvelopeFields = 6;

/// Calls visit with the message itself, out of the groups it is in.
template <class M, class Visit>
auto with_message(const M& message, const Visit& visit) {
  if constexpr (kIsGroup<M>) {
    return std::visit([&](const auto& inner) { return with_message(inner, visit); }, message);
  } else {
    return visit(message);
  }
}

/// Puts `found` into the variant of messages, or into that of its group.
template <class... Part, class M>
void assign(std::variant<Part...>& message, M&& found) {
  if constexpr ((std::is_same_v<Part, std::remove_cvref_t<M>> || ...)) {
    message = std::forward<M>(found);
  } else {
    const auto into = [&]<class P>(std::type_identity<P>) {
      if constexpr (kIsGroup<P> && std::is_constructible_v<P, M&&>)
        message = P(std::forward<M>(found));
    };
    (into(std::type_identity<Part>{}), ...);
  }
}

tl::expected<Message, Fault> read_message(Reader& reader, std::uint64_t number,
                                          const msgpack::object& fields) {
  Message message;
  bool known = false;
  const bool read = any_message(std::type_identity<Message>{}, [&]<class M>(std::type_identity<M>) {
    if (kTypeOf<M>.number != number) return false;
    known = true;
    M found;
    if (!reader.read(fields, found)) return false;
    assign(message, std::move(found));
    return true;
  });
  if (!known) return tl::unexpected(Fault::kUnknownType);
  if (!read) return tl::unexpected(reader.fault());
  return message;
}

tl::expected<Envelope, Fault> read_envelope(const Body& body) {
  const auto unpacked = unpack(body.bytes, {kListMost, kDepthMost});
  if (!unpacked) return tl::unexpected(unpacked.error());
  const msgpack::object& frame = unpacked->get();

  Reader reader(body.minor);
  if (!reader.array(frame, kEnvelopeFields) || frame.via.array.size < kEnvelopeFields)
    return tl::unexpected(Fault::kMalformed);
  const msgpack::object* at = frame.via.array.ptr;
  Envelope envelope;
  std::uint64_t number = 0;
  if (!reader.read(at[0], envelope.from) || !reader.read(at[1], envelope.incarnation) ||
      !reader.read(at[2], envelope.run) || !reader.read(at[3], envelope.won) ||
      !reader.read(at[4], number))
    return tl::unexpected(reader.fault());
  auto message = read_message(reader, number, at[5]);
  if (!message) return tl::unexpected(message.error());
  envelope.message = *std::move(message);
  return envelope;
}

}  // namespace

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::kTooLarge:
      return "too large";
    case Fault::kTruncated:
      return "truncated";
    case Fault::kMagic:
      return "no prumo frame";
    case Fault::kOtherMajor:
      return "other major version";
    case Fault::kForeignCluster:
      return "foreign cluster";
    case Fault::kMalformed:
      return "malformed";
    case Fault::kTrailing:
      return "trailing bytes";
    case Fault::kRange:
      return "out of range";
    case Fault::kUnknownType:
      return "unknown type";
  }
  return "?";
}

const char* name_of(const Message& message) {
  return with_message(message, []<class M>(const M&) { return kTypeOf<M>.name; });
}

std::string encode(const ClusterId& cluster, const Envelope& envelope) {
  std::string frame = begin_frame(cluster);
  Writer writer(frame);
  writer.begin_array(kEnvelopeFields);
  writer.write(envelope.from);
  writer.write(envelope.incarnation);
  writer.write(envelope.run);
  writer.write(envelope.won);
  with_message(envelope.message, [&writer]<class M>(const M& message) {
    writer.write(kTypeOf<M>.number);
    writer.write(message);
  });
  return frame;
}

tl::expected<Envelope, Fault> decode(const ClusterId& cluster, std::string_view frame) {
  const auto body = check_prefix(cluster, frame, kFrameMost);
  if (!body) return tl::unexpected(body.error());
  try {
    return read_envelope(*body);
  } catch (const std::exception&) {  // bad_alloc, or type_error of msgpack
    return tl::unexpected(Fault::kMalformed);
  }
}

}  // namespace prumo::wire
