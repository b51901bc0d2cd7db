#pragma once
// What a peer has to tell people. One file of the daemon words them; each is also a line of the
// history and a counter. Tests assert on these values.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gossip/gossip.h"
#include "policy/plan.h"
#include "src/peer/message.h"

namespace prumo::note {

struct Elected {
  Epoch epoch;
  std::size_t accepted_by = 0;
  std::size_t members = 0;
  Duration silent_for{0};
  HostId after;
};
struct LeaseLost {
  Epoch epoch;
  std::string why;
};
struct Following {
  HostId coordinator;
  Epoch epoch;
};
struct CoordinatorMissing {
  HostId coordinator;
  Duration silent_for{0};
};
struct MembersDiffer {
  HostId with;
  std::vector<HostId> which;
};
struct StandingChanged {
  HostId id;
  gossip::Standing before;
  gossip::Standing after;
};
struct Overloaded {
  Utilisation utilisation;
  std::string why;
};
struct Requested {
  Request request;
  HostId coordinator;
};
/// By the coordinator when it decides, and by the source when it obeys.
struct Decided {
  RoundId round;
  HostId host;
  std::vector<policy::Move> moves;
  policy::Explanation explanation;
  Duration took{0};
  bool advice = false;
  bool mine = false;
};
struct NoRelief {
  RoundId round;
  HostId host;
  std::string reason;
  policy::Explanation explanation;
  Duration retry_in{0};
  bool mine = false;
};
/// By the coordinator: what the decisions of a round rest on, to be kept beside them.
struct Weighed {
  RoundId round;
  policy::RoundInput input;
};
struct OrderIgnored {
  RoundId round;
  std::string why;
};
struct OrderedByHand {
  OpId op;
  VmId id;
  std::string vm;
  HostId to;
};  ///< at the source
struct Reserved {
  OpId op;
  std::string vm;
  HostId from;
};  ///< at the destination
struct Refused {
  OpId op;
  std::string vm;
  HostId from;
  std::string why;
};
struct TurnedAway {
  VmId id;
  std::string vm;
  std::string why;
};  ///< by the hook
struct SlotChanged {
  gossip::SlotState before;
  gossip::SlotState after;
  std::string vm;
  HostId from;
};
struct Started {
  OpId op;
  VmId id;
  std::string vm;
  HostId to;
  std::optional<policy::Forecast> forecast{};
};
struct Finished {
  MigrationFinished report;
  bool mine = false;
};  ///< mine: told by the source, else by the coordinator
struct NeedsOperator {
  VmId id;
  std::string vm;
  std::string why;
};
struct OperatorSettled {
  VmId id;
};
struct PauseChanged {
  bool on = false;
  HostId by;
};
struct ModeChanged {
  gossip::Mode mode = gossip::Mode::kAuto;
};
struct StoreTrouble {
  std::string why;
};
struct StoreRecovered {};
struct HypervisorTrouble {
  std::string why;
};
struct HypervisorRecovered {};
struct DuplicateId {
  HostId id;
  std::string where;
};
struct NotAdmitted {
  std::string why;
};
struct Admitted {
  HostId by;
};
struct Late {
  std::string what;
};
struct Leaving {};
/// A member says what no honest one does. Nothing rests on it; people learn who it is.
struct Incredible {
  HostId from;
  std::string what;
};

}  // namespace prumo::note

namespace prumo {
using Note = std::variant<
    note::Elected, note::LeaseLost, note::Following, note::CoordinatorMissing, note::MembersDiffer,
    note::StandingChanged, note::Overloaded, note::Requested, note::Decided, note::NoRelief,
    note::Weighed, note::OrderIgnored, note::OrderedByHand, note::Reserved, note::Refused,
    note::TurnedAway, note::SlotChanged, note::Started, note::Finished, note::NeedsOperator,
    note::OperatorSettled, note::PauseChanged, note::ModeChanged, note::StoreTrouble,
    note::StoreRecovered, note::HypervisorTrouble, note::HypervisorRecovered, note::DuplicateId,
    note::NotAdmitted, note::Admitted, note::Late, note::Leaving, note::Incredible>;
}  // namespace prumo
