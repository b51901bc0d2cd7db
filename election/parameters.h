#pragma once
// The times of an election. They rest on each other: a heartbeat renews the lease, the lease ends
// before the promise that backs it, and whatever is waited for during an election is short beside
// the promise. All members of a cluster must run with the same values.

#include <cstddef>
#include <string>

#include "src/core/time.h"

namespace prumo::election {

struct Parameters {
  /// How often the coordinator is heard by every member. Range: 10 ms to lease / 2, exclusive.
  /// Shorter forgives more lost messages within a lease; costs 2·(members − 1) messages each time.
  Duration heartbeat = 200ms;

  /// How long the coordinator may act after it *sent* a heartbeat that a majority acknowledged.
  /// Range: above 2·heartbeat, at most promise / (1 + drift). Longer rides out longer pauses of the
  /// coordinator; it lengthens the promise, and with it the time without a coordinator after a
  /// crash.
  Duration lease = 900ms;

  /// How long a follower accepts nobody else after a claim or heartbeat it acknowledged.
  /// Range: at least lease·(1 + drift). After a crash a new coordinator acts about
  /// promise − heartbeat / 2 + 40 ms later; shorter makes pauses of a process cost elections.
  Duration promise = 1000ms;

  /// Bound on the difference of two hosts' clock rates, as a fraction. Range: 0 to 0.5.
  /// Beyond it two coordinators may overlap; the relief rounds stay safe even then.
  double drift = 0.10;

  /// How long each live higher rank is given to speak first. Range: above 0, at most promise.
  /// Should exceed a round trip plus a write to disk, or two ranks claim at once; longer delays the
  /// election by that much for each higher rank that died unnoticed together with the coordinator.
  Duration stagger = 100ms;

  /// How long the answer of a live higher rank to ELECTION is waited for. Range: above 0, at most
  /// promise. Longer tolerates slower hosts; paid only when a higher rank seems live and is silent.
  Duration ok_wait = 150ms;

  /// How often a claim is repeated to those who have not accepted. Range: above 0, below
  /// claim_timeout. Shorter heals loss sooner, and costs up to members messages each time.
  Duration claim_retry = 60ms;

  /// When a claim without a majority is given up. Range: above claim_retry, below lease, because
  /// the lease runs from the claim. Also how long a higher rank that answered is waited for.
  Duration claim_timeout = 800ms;

  /// For how long a returning higher rank must be fit to lead before the incumbent resigns to it.
  /// Range: at least promise. Shorter obeys Bully's order sooner; longer disturbs less.
  Duration takeover_delay = 30s;

  /// The delay doubles each time that rank is lost again, up to this. Range: at least
  /// takeover_delay. A takeover that held for so long resets the delay.
  Duration takeover_most = 1h;

  /// A peer *hears a majority* when a majority of the members, itself included, has sent it
  /// anything within this time. Range: above promise. Followers hear each other only by gossip, a
  /// few frames a period from random members, so it grows with the cluster (`scaled`). Longer
  /// resigns to a peer that has been cut off meanwhile; shorter keeps a fit one from taking over.
  Duration hears_window = 3s;
};

/// For daemons with raised priority: elects 0.58 s after a crash, and costs a few elections an hour
/// where processes pause for hundreds of milliseconds.
[[nodiscard]] Parameters fast();

/// The parameters for that many members. Above 200 the heartbeat is at least members × 1 ms, and
/// every time that rests on it grows in proportion, so that the coordinator's traffic stays at some
/// 2,000 messages a second. Above 12 members `hears_window` grows in proportion; it is at least
/// members × 250 ms.
[[nodiscard]] Parameters scaled(const Parameters& p, std::size_t members);

/// The first contradiction, as one line for a person; empty when there is none.
[[nodiscard]] std::string contradiction(const Parameters& p);

}  // namespace prumo::election
