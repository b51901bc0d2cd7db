#pragma once
// What a peer is at the moment. What exists only in one role lives only there: a promise in
// Following, a lease in Leading, so neither can outlive its reason.

#include <optional>
#include <set>
#include <variant>

#include "election/ballot.h"
#include "election/lease.h"
#include "election/message.h"

namespace prumo::election::role {

/// A resignation is repeated a few times, because nobody acknowledges it.
struct Farewell {
  Resign resign;
  Instant next;
  int left = 0;
};

/// Follows nobody: waits for its turn, asks, or lets a higher rank go first.
struct Seeking {
  Instant since;
  HostId silent;           ///< the coordinator that went missing; it is not waited for
  Instant speak_at;        ///< when to ask next
  bool staggered = false;  ///< the live higher ranks have had their head start
  Duration backoff{0};
  std::optional<Poll> poll;  ///< the last one asked; late answers still count
  std::set<HostId> yielded;  ///< higher ranks already let go first; each is, once a silence
  HostId only;               ///< named by whoever resigned; empty: anyone
  Instant only_until;
  std::optional<Farewell> farewell;  ///< when it was this peer that resigned

  /// Nobody but another than `id` may be accepted at `now`.
  [[nodiscard]] bool reserved_from(const HostId& id, Instant now) const {
    return !only.empty() && only != id && now < only_until;
  }
};

/// Has promised `host` to accept nobody else before `until`.
struct Following {
  HostId host;
  Epoch epoch;
  Instant since;  ///< of following this host
  Instant heard;
  Instant until;
};

/// Has asked everyone to accept it.
struct Claiming {
  Claim claim;
  Instant since;
};

/// Has won `epoch`, and acts in it while the lease runs.
struct Leading {
  Epoch epoch;
  Instant since;
  Lease lease;
  Instant next_beat;
  std::optional<Claim> raise;  ///< of a higher epoch, because someone has accepted one
};

using Role = std::variant<Seeking, Following, Claiming, Leading>;

}  // namespace prumo::election::role
