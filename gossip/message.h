#pragma once
// The gossip messages. Plain aggregates: the codec walks their fields in order, so fields are
// appended, never reordered. Ages travel, never timestamps.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gossip/summary.h"

namespace prumo::gossip {

/// Within one incarnation, a later standing overrides an earlier one.
enum class Standing : std::uint8_t { kAlive, kSuspect, kDead, kLeft };

struct DigestEntry {
  HostId id;
  Incarnation incarnation;
  Standing standing = Standing::kAlive;
  Version version;
};
/// What is known of one host; without a summary only its standing travels.
struct Update {
  DigestEntry about;
  HostId accuser;   ///< who suspects or declared dead; empty when alive
  Duration age{0};  ///< of the summary, at sending
  std::optional<Summary> summary;
};

/// "This is what I know"; answered with a Delta of what the sender lacks and, once, a Digest of
/// one's own.
struct Digest {
  std::vector<DigestEntry> entries;
  bool answer = false;  ///< this digest answers one: send only a Delta back
};
struct Delta {
  std::vector<Update> updates;
};
/// Urgent changes; relayed in batches for a bounded number of hops.
struct Rumour {
  std::vector<Update> updates;
};

/// SWIM's direct probe, and its answer.
struct Ping {
  std::uint64_t sequence = 0;
};
struct Ack {
  std::uint64_t sequence = 0;
  HostId target;
};
/// Asks the receiver to probe `target` and to pass the acknowledgement on; Nack: it did not answer
/// in time.
struct PingRequest {
  std::uint64_t sequence = 0;
  HostId target;
};
struct Nack {
  std::uint64_t sequence = 0;
  HostId target;
};

using Message = std::variant<Digest, Delta, Rumour, Ping, Ack, PingRequest, Nack>;

}  // namespace prumo::gossip
