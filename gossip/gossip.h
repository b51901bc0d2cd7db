#pragma once
// Public face of the gossip machine (to be completed by its author).

#include <map>
#include <set>
#include <variant>
#include <vector>

#include "gossip/message.h"
#include "gossip/parameters.h"
#include "gossip/summary.h"
#include "src/core/members.h"
#include "src/core/random.h"

namespace prumo::gossip {

/// What a member is known by here.
struct Known {
  Incarnation incarnation;
  Standing standing = Standing::kDead;  ///< a member never heard of counts as dead
  bool heard_of = false;
  Version version;
  Summary summary;
  Instant summary_as_of;   ///< own time at which the summary was true (now - age)
  Instant heard_directly;  ///< last authenticated message straight from it
};

// Inputs
struct Incoming { HostId from; Incarnation incarnation; Message message; };
struct Heard { HostId from; Incarnation incarnation; };  ///< any authenticated frame straight from it
struct Tick {};
struct Own { Summary summary; bool urgent = false; };    ///< a new version of the own summary
struct Accuse { HostId id; };                            ///< missed by heartbeats: suspect it now
struct Leave {};                                         ///< say `left` to all, once
struct NewMembers { Members members; };
using Input = std::variant<Incoming, Heard, Tick, Own, Accuse, Leave, NewMembers>;

// Outputs
struct Send { HostId to; Message message; };
struct StandingChanged { HostId id; Standing before; Standing after; HostId accuser; };
struct Refuted { Incarnation now; };
struct SummaryChanged { HostId id; };
using Output = std::variant<Send, StandingChanged, Refuted, SummaryChanged>;

class Gossip {
 public:
  Gossip(Parameters, HostId self, Members, std::uint32_t starts, Random, Instant now);
  void step(Instant now, const Input&, std::vector<Output>&);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] Incarnation incarnation() const;
  /// Every member but oneself, by id.
  [[nodiscard]] const std::map<HostId, Known>& peers() const;
};

}  // namespace prumo::gossip
