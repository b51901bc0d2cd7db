#pragma once
// What must survive a kill -9. The whole of it is one small value, written in one transaction:
// there is no half of it to be found after a crash.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "election/durable.h"
#include "gossip/summary.h"
#include "src/core/deadline.h"
#include "src/peer/message.h"

namespace prumo {

/// The source's side of an operation.
enum class OpPhase : std::uint8_t {
  kReserving,  ///< RESERVE sent, nothing started
  kStarted,    ///< handed to the hypervisor: may run, whatever we hear
};
struct OperationRecord {
  OpId op;
  VmId vm;
  std::string name;
  HostId to;
  OpPhase phase = OpPhase::kReserving;
  bool autostart = false;  ///< the flag as it was before; cleared while the VM travels
  std::optional<policy::Forecast> forecast{};  ///< what was expected before it began
  bool operator==(const OperationRecord&) const = default;
};

/// The destination's side: what is in the slot.
struct SlotRecord {
  gossip::SlotState state =
      gossip::SlotState::kFree;  ///< kFree, kHeld, kIncoming, kSettling, kForeign
  OpId op;
  VmId vm;
  std::string name;
  HostId from;
  bool autostart = false;
  DurableDeadline settled;  ///< kSettling only
  RunId run{};              ///< of `from`, which reserved it; 0: not known
  /// For a VM that its source has reserved it for.
  [[nodiscard]] bool reserved() const {
    return state == gossip::SlotState::kHeld || state == gossip::SlotState::kIncoming;
  }
  /// A VM may be on its way here.
  [[nodiscard]] bool taken() const { return reserved() || state == gossip::SlotState::kForeign; }
  bool operator==(const SlotRecord&) const = default;
};

struct Cooldown {
  VmId vm;
  DurableDeadline until;
  bool operator==(const Cooldown&) const = default;
};
struct Avoided {
  VmId vm;
  HostId host;
  DurableDeadline until;
  std::uint32_t times = 1;  ///< doubles the length
  std::string reason;
  bool operator==(const Avoided&) const = default;
};
/// A VM whose migration stalled or was aborted: no coordinator moves it for a while.
struct LeftAlone {
  VmId vm;
  DurableDeadline until;
  std::uint32_t times = 1;  ///< doubles the length
  std::string reason;
  bool operator==(const LeftAlone&) const = default;
};
/// A VM whose slot was given up before it came in: should it come yet, it is turned away.
struct Freed {
  VmId vm;
  OpId op;
  DurableDeadline until;
  bool operator==(const Freed&) const = default;
};
/// An operation that ended, and to whom the slot must still be released.
struct Owed {
  OpId op;
  VmId vm;
  HostId to;
  bool proven = true;  ///< false: that it ended well was inferred, the destination must confirm
  bool autostart =
      false;            ///< it starts with its host: with whose is settled by RELEASE and its ack
  bool stayed = false;  ///< it was started, and the VM is here yet: it may be there as well
  bool operator==(const Owed&) const = default;
};

/// What is remembered of a member's starts: one that begins again with no more has lost its store.
struct KnownStarts {
  std::uint32_t starts = 0;  ///< the highest heard of
  RunId run{};               ///< the first run heard with it
  bool operator==(const KnownStarts&) const = default;
};

struct DurableState {
  std::uint32_t starts = 0;  ///< raised by the daemon at each start, before anything is sent
  election::Durable election;
  RoundId last_obeyed;
  std::optional<OperationRecord> operation;
  std::vector<OrderedMove> rest;  ///< later moves of the set being carried out
  SlotRecord slot;
  std::vector<Cooldown> cooldowns;              ///< at most 256, the oldest goes first
  std::vector<Avoided> avoided;                 ///< at most 256
  std::vector<Freed> freed;                     ///< at most 256, the oldest goes first
  std::vector<MigrationFinished> unreported;    ///< until FINISHED_ACK; at most 64
  std::vector<Owed> releases;                   ///< until RELEASE is acknowledged; at most 64
  std::map<VmId, std::string> operator_needed;  ///< VM → why and what to do; at most 64
  gossip::Pause pause;
  std::vector<HostId> barred;          ///< duplicate ids seen
  std::map<VmId, bool> autostart_due;  ///< flags still to be set on the hypervisor
  bool admitted = true;  ///< false: the store was lost; no votes and no slot until re-admitted
  bool cooldowns_owed = false;  ///< re-admitted before a look: to all that the first one shows
  std::vector<LeftAlone> left_alone;  ///< at most 256, the oldest goes first
  /// Of members. In the peer `Duplicates` has them; here they are on their way to the disk and back.
  std::map<HostId, KnownStarts> known_starts;
  bool operator==(const DurableState&) const = default;
};

}  // namespace prumo
