#pragma once
// Public face of the election machine (to be completed by its author).

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "election/durable.h"
#include "election/message.h"
#include "election/parameters.h"
#include "src/core/members.h"
#include "src/core/random.h"

namespace prumo::election {

// Inputs
struct Incoming { HostId from; Epoch won; Message message; };  ///< won: from the envelope
struct WonHeard { HostId from; Epoch won; };                    ///< envelope of any other message
struct Tick {};
/// Members that may lead, as gossip sees them: alive or suspect, not barred. Never contains oneself.
struct Live { std::set<HostId> hosts; };
struct HandOver {};               ///< hand over now (SIGTERM); never lead that epoch again
struct Busy { bool on = false; }; ///< a round is under way: finish it before handing over
struct CanStore { bool yes = true; };  ///< false after a failed write: accept and claim nothing
struct Barred { bool yes = false; };   ///< duplicate id or lost store: neither accept nor claim
struct NewMembers { Members members; };
using Input = std::variant<Incoming, WonHeard, Tick, Live, HandOver, Busy, CanStore, Barred, NewMembers>;

// Outputs, in order. `Save` means: durable() must be stored before any later output is carried out,
// except those marked immediate.
struct Send { HostId to; Message message; bool immediate = false; };
struct Save {};
struct Acting { Epoch epoch; std::size_t accepted_by = 0; };       ///< won, the lease runs
struct Stopped { Epoch epoch; std::string why; };                   ///< no longer acts
struct Following { HostId coordinator; Epoch epoch; };              ///< promise given or heartbeat heard
struct Missing { HostId coordinator; Duration silent_for{0}; };     ///< its promise ran out
struct Suspect { HostId id; };                                      ///< acknowledges no heartbeat
struct MembersDiffer { HostId with; std::vector<HostId> which; };
using Output = std::variant<Send, Save, Acting, Stopped, Following, Missing, Suspect, MembersDiffer>;

class Elector {
 public:
  /// `forgotten`: the store held nothing or was unreadable although others may know this id.
  Elector(Parameters, HostId self, Members, Durable, Random, Instant now);
  void step(Instant now, const Input&, std::vector<Output>&);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] const Durable& durable() const;
  /// The epoch in which this peer may order things at `now`; nothing without a valid lease.
  [[nodiscard]] std::optional<Epoch> acting(Instant now) const;
  /// When that lease ends unless it is renewed; orders carry it. Meaningful while `acting`.
  [[nodiscard]] Instant lease_until() const;
  /// Whom this peer follows (itself when it leads); empty when nobody.
  [[nodiscard]] std::optional<HostId> coordinator(Instant now) const;
  /// max(accepted, won): orders below it are not obeyed.
  [[nodiscard]] Epoch floor() const;
  [[nodiscard]] Instant since() const;  ///< since when `coordinator` holds
};

}  // namespace prumo::election
