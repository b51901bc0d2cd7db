#pragma once
// The coordinator's right to act. It rests on the followers' promises: each acknowledgement proves
// that its sender will accept nobody else for a promise length from some moment *after* the
// heartbeat was sent. The sending time is the only one of the two that the coordinator knows, so
// the lease runs from there, and ends before the promises do as long as the clocks' rates differ by
// less than the drift. Whoever acknowledged most recently counts; the lease is as old as the oldest
// of a majority.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "election/electorate.h"
#include "election/parameters.h"
#include "src/core/time.h"

namespace prumo::election {

class Lease {
 public:
  /// Begins with a won claim: to accept it was to acknowledge a heartbeat sent when the claim was
  /// first sent. `won_at` starts the followers' silence.
  Lease(const Parameters& p, const Electorate& e, Instant claim_sent,
        const std::set<HostId>& accepted, Instant won_at);

  /// The same coordinator has won a higher epoch: earlier acknowledgements no longer count, but
  /// what is known of the followers' presence stays.
  void restart(const Electorate& e, Instant claim_sent, const std::set<HostId>& accepted);
  /// The members, the barred, or the parameters have changed.
  void adapt(const Parameters& p, const Electorate& e, Instant now);

  /// A heartbeat is being sent to all; returns its sequence number.
  std::uint64_t beat(const Electorate& e, Instant now);
  [[nodiscard]] std::uint64_t last_sequence() const { return sequence_; }
  /// `counts` false: the follower is here, but its word renews nothing. A sequence too old to
  /// renew anything, or one never sent, shows presence only.
  void acknowledge(const Electorate& e, const HostId& from, std::uint64_t sequence, bool counts,
                   bool may_succeed, Instant now);
  /// It answered something else than an acknowledgement.
  void present(const HostId& from, Instant now);
  /// It is not live: whatever it showed so far, its stability begins anew.
  void unfit(const HostId& id);

  /// The first moment at which this coordinator may no longer act.
  [[nodiscard]] Instant until() const { return until_; }
  /// Followers that have been silent for five heartbeats and have not been named since they last
  /// spoke.
  [[nodiscard]] std::vector<HostId> newly_silent(Instant now);
  /// Acknowledged within the last three heartbeats.
  [[nodiscard]] bool fresh(const HostId& id, Instant now) const;
  /// Since when it has been acknowledging without a gap and could succeed; nothing when it could
  /// not.
  [[nodiscard]] std::optional<Instant> fit_since(const HostId& id, Instant now) const;

 private:
  struct Follower {
    std::optional<Instant> acknowledged;  ///< when the newest acknowledged heartbeat was sent
    Instant seen;                         ///< its last sign of life
    bool named = false;                   ///< as silent
    std::optional<Instant> fit;
  };
  void recount(const Electorate& e);
  void note_presence(Follower& f, Instant now) const;

  Duration lease_;
  Duration heartbeat_;
  Instant own_;  ///< when this coordinator last counted itself: its last heartbeat
  std::uint64_t sequence_ = 0;
  std::deque<Instant> sent_;  ///< of the last heartbeats, oldest first; the last is `sequence_`'s
  std::map<HostId, Follower> followers_;
  Instant until_;
};

}  // namespace prumo::election
