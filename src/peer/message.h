#pragma once
// The messages of a relief round. VM_INFO, SEND_INFO, INFO, MIGRATE and MIGRATION_FINISHED are the
// paper's [IME13 §6, fig. 6.1]; the others make them safe. All are plain aggregates: the codec
// walks their fields in order, so fields are appended, never reordered.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "election/message.h"
#include "gossip/message.h"
#include "policy/decision.h"
#include "src/core/ids.h"
#include "src/core/time.h"
#include "src/core/units.h"

namespace prumo {

/// A VM as its host reports it to the coordinator.
struct VmFigures {
  VmId id;
  std::string name;
  Resources usage;
  double image_mib = 0;
  double memory_mib = 0;
  std::string pinned;                      ///< why it may not leave; empty: it may
  std::vector<HostId> avoid;               ///< destinations that refused or failed lately
  std::optional<policy::Manner> manner{};  ///< how it would migrate; empty: not known
  bool operator==(const VmFigures&) const = default;
};

/// A host's own figures, fresh.
struct HostFigures {
  Resources capacity;
  Resources usage;  ///< smoothed
  double available_memory_mib = 0;
  bool healthy = false;
  bool slot_free = false;
  std::string slot;                  ///< why it is not free, for people
  VmId receiving;                    ///< the VM in the slot; empty: none
  std::string sending;               ///< name of the VM that leaves; empty: none
  bool accepts = true;               ///< false: leaving, not admitted, or its store fails
  std::vector<VmId> known;           ///< every domain defined or running here
  std::vector<Resources> samples{};  ///< the last ones, oldest first, before smoothing
  double reserve = 0;  ///< of each resource, below the target, that no incoming VM may take
  std::uint32_t moved_lately = 0;  ///< migrations that this host has begun within the last hour
  bool operator==(const HostFigures&) const = default;
};

/// S → coordinator: a request for relief.
struct VmInfo {
  Request request;
  HostFigures host;
  std::vector<VmFigures> vms;
};
/// Coordinator → every host: send fresh figures.
struct SendInfo {
  RoundId round;
};
/// Host → coordinator.
struct Info {
  RoundId round;
  HostFigures host;
};

struct OrderedMove {
  std::uint32_t index = 0;
  VmId vm;
  std::string name;
  HostId to;
  Micro cost;
  Micro volume;
  bool operator==(const OrderedMove&) const = default;
};
/// Coordinator → S: obeyed only as the answer to S's newest request.
struct Migrate {
  RoundId round;
  Request request;
  std::vector<OrderedMove> moves;
  policy::Explanation explanation;
  bool advice = false;  ///< mode advise or pause: to be shown, not carried out
};
struct NoRelief {
  RoundId round;
  Request request;
  std::string reason;
  policy::Explanation explanation;
};

/// S → D: take this VM.
struct Reserve {
  OpId op;
  VmId vm;
  std::string name;
  Resources demand;        ///< the VM's usage
  double memory_mib = 0;   ///< configured
  bool autostart = false;  ///< to be set at the destination once the VM runs there
};
/// D → S.
struct Reserved {
  OpId op;
  std::string connect_uri;
  std::string migrate_uri;
};
struct Refused {
  OpId op;
  std::string reason;
};
/// D → S, each second once the slot has been held for `slot_ask`: do you still want it?
struct Ask {
  OpId op;
  VmId vm{};
};
/// S → D: yes, keep it.
struct Hold {
  OpId op;
};
/// S → D: the operation has ended; repeated until acknowledged.
struct Release {
  OpId op;
  VmId vm;
  bool active = false;  ///< it runs at the source
  bool here = false;    ///< a copy is active at the source, running or paused: its flag stays there
  bool autostart = false;  ///< it starts with its host, once the source has given it up
  bool done = false;       ///< … and has come to the destination: the migration ended well
};
/// D → S, once evidence has ended the slot's part too.
struct ReleaseAck {
  OpId op;
  bool active = false;     ///< the VM is active at the destination
  bool autostart = false;  ///< it will start with the destination
};

/// Any host → another whose summary names the same VM as running.
struct RunsHere {
  VmId vm;
  std::uint32_t seen = 0;  ///< how many looks, of the two in turn, have shown it running
};

enum class Outcome : std::uint8_t {
  kDone,      ///< the VM runs at the destination
  kFailed,    ///< it runs on at the source
  kAborted,   ///< by an operator or by the watchdog; it runs on at the source
  kRefused,   ///< the destination said no; nothing was started
  kDropped,   ///< not started: late, VM gone, newer epoch, no longer needed
  kOperator,  ///< can't be proven: needs an operator
};
/// S → whoever coordinates, every 2 s until acknowledged; durable at S.
struct MigrationFinished {
  OpId op;
  VmId vm;
  std::string name;
  HostId to;
  Outcome outcome = Outcome::kDone;
  std::string reason;
  Duration total{0};
  Duration downtime{0};
  std::optional<policy::Forecast> forecast{};  ///< what was expected before it began
  double copied_mib = 0;                       ///< 0: not told
  bool operator==(const MigrationFinished&) const = default;
};
struct FinishedAck {
  OpId op;
};

/// Any peer → any peer, for the operator: text in, text out; never reaches the Peer (see
/// src/daemon).
struct Query {
  std::uint64_t id = 0;
  std::string what;
  std::string argument;
};
struct Answer {
  std::uint64_t id = 0;
  bool ok = true;
  std::string json;
};

using Message = std::variant<gossip::Message, election::Message, VmInfo, SendInfo, Info, Migrate,
                             NoRelief, Reserve, Reserved, Refused, Ask, Hold, Release, ReleaseAck,
                             RunsHere, MigrationFinished, FinishedAck, Query, Answer>;

}  // namespace prumo
