#pragma once
// Everything that can happen to a peer.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "policy/forecast.h"
#include "src/core/members.h"
#include "src/peer/message.h"
#include "src/peer/reading.h"

namespace prumo {

/// A decoded frame whose sender the transport has authenticated.
struct Received {
  HostId from;
  Incarnation incarnation;
  RunId run;
  Epoch won;
  Message message;
};
/// Time has passed. Early and extra ones are harmless.
struct Tick {};
/// The periodic look, with usage: feeds smoothing, the summary and the evidence.
struct Sampled {
  Reading reading;
};
/// A look that was asked for by `Observe`: evidence only.
struct Observed {
  Reading reading;
};
struct MigrationProgress {
  OpId op;
  double total_mib = 0;
  double remaining_mib = 0;
  Duration elapsed{0};
  double rate_mib_s = 0;   ///< copied a second just now; 0: not known
  double dirty_mib_s = 0;  ///< written by the guest a second; 0: not known, or none
};
/// The hypervisor's word on an operation that was started by `StartMigration`.
struct MigrationEnded {
  OpId op;
  /// kNotStarted: it ended before anything was asked of the hypervisor. kGivenUp: failed, since it
  /// made no progress or took too long.
  enum class How : std::uint8_t {
    kDone,
    kFailed,
    kAborted,
    kUnknown,
    kNotStarted,
    kGivenUp
  } how = How::kUnknown;
  std::string error;
  Duration total{0};
  Duration downtime{0};
  double copied_mib = 0;  ///< 0: not told
};
/// The hypervisor is about to take a VM in and asks, through its hook, whether it may. Answered by
/// a `Verdict` with the same number.
struct IncomingAsked {
  std::uint64_t question = 0;
  VmId vm;
  std::string name;
};
/// An effect with `not_after` came too late and was dropped.
struct Expired {
  std::optional<OpId> op;
  std::string what;
};
/// The write of that `Persist` failed; the effects that waited for it were dropped.
struct StoreFailed {
  std::uint64_t sequence = 0;
  std::string why;
};
struct Stored {
  std::uint64_t sequence = 0;
};

/// Answered by a `Verdict` once it is stored.
struct SetPause {
  bool on = false;
  std::uint64_t question = 0;
};
struct SetMode {
  gossip::Mode mode = gossip::Mode::kAuto;
};
struct AbortOperation {
  OpId op;
};
/// `prumo migrate`, of a VM of this host. Answered by a `Verdict`, which names the operation; it is
/// stored by then, and the destination is being asked.
struct MoveByHand {
  std::uint64_t question = 0;
  VmId vm;
  HostId to;
  std::string words;     ///< how it is to be migrated, as "method=auto deadline=60s"
  bool dry_run = false;  ///< only says whether it would begin
  std::optional<policy::Forecast> forecast{};  ///< what its daemon expects of it
};
/// Whether this host would take that VM if its operator moved it here now. Answered by a `Verdict`.
struct WouldTake {
  std::uint64_t question = 0;
  HostId from;
  Reserve reserve;
};
/// SIGTERM: resign, say `left`, start nothing more; running migrations go on.
struct Shutdown {};
/// `prumo rejoin --force`.
struct Rejoin {};
/// The operator has looked and settled it: forget that this VM needs them.
struct Settled {
  VmId vm;
};
struct NewMembers {
  Members members;
};
/// A frame claimed our own id with another run, or one id showed two keys or runs.
struct DuplicateId {
  HostId id;
  std::string where;
};
using Operator = std::variant<SetPause, SetMode, AbortOperation, MoveByHand, WouldTake, Shutdown,
                              Rejoin, Settled, NewMembers>;
struct OperatorRequest {
  Operator what;
};

using Event =
    std::variant<Received, Tick, Sampled, Observed, MigrationProgress, MigrationEnded,
                 IncomingAsked, OperatorRequest, Expired, StoreFailed, Stored, DuplicateId>;

}  // namespace prumo
