#pragma once
// The peer: one pure state machine behind one door (to be completed by its author).

#include <concepts>
#include <string>

#include "src/core/members.h"
#include "src/core/random.h"
#include "src/peer/effect.h"
#include "src/peer/event.h"
#include "src/peer/parameters.h"
#include "src/peer/status.h"

namespace prumo {

/// What a daemon knows of itself when it starts.
struct Start {
  HostId self;
  RunId run;
  std::string boot_id;
  Members members;
  DurableState restored;      ///< `starts` already raised and stored
  std::uint64_t seed = 0;
  gossip::Mode mode = gossip::Mode::kAuto;
};

class Peer {
 public:
  Peer(Parameters, Start, Instant now);
  /// No I/O, no clock, no globals, no logging, no exceptions. Effects are appended, in order.
  void step(Instant now, const Event&, Effects&);
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] Status status(Instant now) const;

  /// What every envelope carries.
  [[nodiscard]] Incarnation incarnation() const;
  [[nodiscard]] Epoch won() const;
};

}  // namespace prumo
