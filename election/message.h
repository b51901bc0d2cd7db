#pragma once
// The election messages: Bully's three (ELECTION, OK, COORDINATOR), and what makes them safe under a
// partition. Plain aggregates: fields are appended, never reordered.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "src/core/ids.h"
#include "src/core/time.h"

namespace prumo::election {

/// "I miss the coordinator": to higher ranks (Bully), and to the lower ones as a pre-vote.
struct Election { std::uint64_t attempt = 0; };
/// To a lower rank: "I am here and take over" (`higher`); to any: "I miss the coordinator too" (`missing`).
struct Ok { std::uint64_t attempt = 0; bool higher = false; bool missing = false; };

/// A claim of an epoch; repeated with the same number until answered.
struct Coordinator { Epoch epoch; std::uint64_t members_digest = 0; };
struct Accept { Epoch epoch; };
struct MemberDigest { HostId id; std::uint64_t digest = 0; };
enum class Refusal : std::uint8_t { kEpoch, kPromised, kOtherMembers, kNotAdmitted, kCanNotStore, kSuccessor };
struct Refuse {
  Epoch epoch;                        ///< the one refused
  Refusal why = Refusal::kEpoch;
  Epoch floor;                        ///< the claimant must go above this
  std::vector<MemberDigest> members;  ///< with kOtherMembers: the refuser's own list
};

struct Heartbeat { Epoch epoch; std::uint64_t sequence = 0; std::uint64_t members_digest = 0; };
/// `hears_majority`: the sender has fresh messages from a majority; a successor must.
struct HeartbeatAck { Epoch epoch; std::uint64_t sequence = 0; bool hears_majority = false; };
/// An epoch below the receiver's floor was used.
struct Outdated { Epoch used; Epoch accepted; Epoch won; };

struct Resign { Epoch epoch; HostId successor; };

using Message = std::variant<Election, Ok, Coordinator, Accept, Refuse, Heartbeat, HeartbeatAck, Outdated, Resign>;

}  // namespace prumo::election
