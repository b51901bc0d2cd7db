#pragma once
// The one door for bytes. A frame is a fixed prefix (magic "PRMO", protocol major and minor,
// 16-byte cluster id), checked before anything is decoded, then one msgpack array
//   [from, [starts, refutations], run, won, type, [field…]]
// The bytes are drawn in codec.cc; what is in range is in bounds.h. What we encode is what others
// accept, as long as ids are clean and lists within bounds: texts are cut to their bound and
// cleaned (text.h).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "src/peer/message.h"
#include "src/wire/cluster_id.h"

namespace prumo::wire {

inline constexpr std::uint8_t kMajor = 1;
inline constexpr std::uint8_t kMinor = 0;
inline constexpr std::size_t kFrameMost = 1024 * 1024;
inline constexpr std::size_t kControlMost = 64 * 1024;       ///< of a request
inline constexpr std::size_t kReplyMost = 16 * 1024 * 1024;  ///< of an answer: every host's VMs

struct Envelope {
  HostId from;
  Incarnation incarnation;
  RunId run;
  Epoch won;
  Message message;
};

enum class Fault : std::uint8_t {
  kTooLarge,
  kTruncated,
  kMagic,
  kOtherMajor,
  kForeignCluster,
  kMalformed,
  kTrailing,
  kRange,
  kUnknownType,
};
[[nodiscard]] const char* name_of(Fault);

[[nodiscard]] std::string encode(const ClusterId&, const Envelope&);
/// Never throws, never allocates by an unchecked length.
[[nodiscard]] tl::expected<Envelope, Fault> decode(const ClusterId&, std::string_view frame);
/// "digest", "heartbeat", …: the name of a message's type, for counters.
[[nodiscard]] const char* name_of(const Message&);

/// A question of the command line or of any foreign client: prefix, then [id, command,
/// [argument…]].
struct Ask {
  std::uint64_t id = 0;
  std::string command;
  std::vector<std::string> arguments;
};
/// Its answer: prefix, then [id, code, payload]; payload is a msgpack map with the keys of
/// `--format json`.
enum class Code : std::uint8_t {
  kDone,
  kFailed,
  kUsage,
  kForbidden,
  kEvent /* one of a stream; more follow */
};
struct Reply {
  std::uint64_t id = 0;
  Code code = Code::kDone;
  std::string json;
};

[[nodiscard]] std::string encode(const ClusterId&, const Ask&);
[[nodiscard]] tl::expected<Ask, Fault> decode_ask(const ClusterId&, std::string_view frame);
/// Requires: reply.json is a JSON text (else the payload is an empty map).
[[nodiscard]] std::string encode(const ClusterId&, const Reply&);
[[nodiscard]] tl::expected<Reply, Fault> decode_reply(const ClusterId&, std::string_view frame);

}  // namespace prumo::wire
