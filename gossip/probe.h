#pragma once
// The probes under way, of three kinds: one's own of the round robin; one's own of a suspect whom
// somebody else accused, to confirm or to clear it; and errands, pings sent for another peer. Each
// is a row with its timers; who acts on them is Gossip.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "gossip/parameters.h"
#include "src/core/ids.h"
#include "src/core/random.h"
#include "src/core/time.h"

namespace prumo::gossip {

/// Errands carried at once; further requests are answered with a Nack.
inline constexpr std::size_t kErrandsMost = 64;

struct Probe {
  HostId target;
  bool of_round_robin = false;  ///< its outcome tells of the local health
  Instant ask_helpers_at;       ///< never, once they have been asked
  Instant verdict_at;
  std::set<HostId> unheard_helpers;  ///< asked, and neither Ack nor Nack came
  std::uint32_t postponed = 0;
};

struct Errand {
  HostId asker;
  std::uint64_t sequence = 0;  ///< the asker's
  HostId target;
  Instant nack_at;
};

/// How long a helper waits before its Nack: four fifths of what a probe period leaves it.
[[nodiscard]] inline Duration errand_timeout(const Parameters& p) {
  return (p.probe_period - p.probe_timeout) * 4 / 5;
}

/// The rows, by own sequence number.
struct ProbeTable {
  std::map<std::uint64_t, Probe> probes;
  std::map<std::uint64_t, Errand> errands;

  [[nodiscard]] bool probing(const HostId& target) const;
  /// Drops what concerns a host that is no member any more.
  void forget(const HostId&);
  [[nodiscard]] Instant next_deadline() const;
  /// A process that was paused may have answers waiting: verdicts that fell due meanwhile are put
  /// off until `until`, at most three times each.
  void postpone_due(Instant now, Instant until);
};

/// SWIM's shuffled round robin: each once in random order, then a new shuffle, so that the time
/// between two probes of one member is below two rounds.
class RoundRobin {
 public:
  /// Newcomers take a random place in what is left of the round.
  void set(const std::set<HostId>& ids, Random&);
  /// The next that `wanted` holds for; empty when there is none.
  template <class Wanted>
  [[nodiscard]] HostId next(Random& random, const Wanted& wanted) {
    for (std::size_t tried = 0; tried <= 2 * order_.size(); ++tried) {
      if (at_ >= order_.size()) shuffle(random);
      if (at_ < order_.size() && wanted(order_[at_])) return order_[at_++];
      ++at_;
    }
    return {};
  }

 private:
  void shuffle(Random&);
  std::vector<HostId> order_;
  std::size_t at_ = 0;
};

}  // namespace prumo::gossip
