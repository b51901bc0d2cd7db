#pragma once
// The election messages: Bully's three (ELECTION, OK, COORDINATOR), and what makes them safe under
// a partition. Plain aggregates: fields are appended, never reordered.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "src/core/ids.h"
#include "src/core/time.h"

namespace prumo::election {

/// "I miss the coordinator": to higher ranks (Bully), and to the lower ones as a pre-vote.
struct Election {
  std::uint64_t attempt = 0;
};
/// To a lower rank: "I am here and take over" (`higher`); to any: "I miss it too" (`missing`). Sent
/// a second time with `missing` when the coordinator goes missing soon after it was asked about.
struct Ok {
  std::uint64_t attempt = 0;
  bool higher = false;
  bool missing = false;
};

/// A claim of an epoch; repeated with the same number until answered.
struct Coordinator {
  Epoch epoch;
  std::uint64_t members_digest = 0;
};
struct Accept {
  Epoch epoch;
};
struct MemberDigest {
  HostId id;
  std::uint64_t digest = 0;
};
enum class Refusal : std::uint8_t {
  kEpoch,         ///< the number is not above `floor`, or too far above what it was
  kPromised,      ///< a promise to someone else lives, or may have been forgotten
  kOtherMembers,  ///< another members list
  kNotAdmitted,   ///< one of the two is barred
  kCanNotStore,   ///< the refuser's last write failed
  kSuccessor,     ///< the last coordinator named someone else
};
struct Refuse {
  Epoch epoch;  ///< the one refused
  Refusal why = Refusal::kEpoch;
  Epoch floor;                        ///< the claimant must go above this
  std::vector<MemberDigest> members;  ///< with kOtherMembers: the refuser's own list
};

struct Heartbeat {
  Epoch epoch;
  std::uint64_t sequence = 0;
  std::uint64_t members_digest = 0;
};
struct HeartbeatAck {
  Epoch epoch;
  std::uint64_t sequence = 0;
  bool hears_majority = false;  ///< has fresh frames from a majority and may lead: a successor must
  bool counts = true;  ///< false: says only that the sender is here; it may have forgotten what it
                       ///< accepted, or can't store it
};
/// An epoch below the receiver's floor was used.
struct Outdated {
  Epoch used;
  Epoch accepted;
  Epoch won;
};

/// "I neither lead `epoch` nor ever will": of a coordinator that hands over, or of a claimant that
/// gives up. Nobody but `successor` is accepted for one promise length; empty: anyone.
struct Resign {
  Epoch epoch;
  HostId successor;
};

using Message = std::variant<Election, Ok, Coordinator, Accept, Refuse, Heartbeat, HeartbeatAck,
                             Outdated, Resign>;

}  // namespace prumo::election
