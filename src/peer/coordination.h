#pragma once
// The coordinator's side of relief: one round at a time, and no truth of its own.
//
//   VM_INFO ─▶ collect: SEND_INFO to every live host, INFO until all have answered or
//              `info_deadline` has passed
//           ─▶ decide on what was answered: MIGRATE or NO_RELIEF to each requester
//
// Requests that arrive while it collects join the round. Who does not answer in time is no
// candidate. A destination promised within the last `promised` counts as taken, and the promised
// VM's usage counts on it. Nothing is asked or ordered without a lease; orders carry the lease's
// end. The round of a lost lease or of another epoch is abandoned: its requesters ask again.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gossip/gossip.h"
#include "policy/snapshot.h"
#include "src/core/members.h"
#include "src/peer/turn.h"

namespace prumo {

/// What the coordinator sees of the cluster in one turn.
struct Cluster {
  const Members& members;
  const std::map<HostId, gossip::Known>& peers;
  const HostFigures& own;
  gossip::Mode own_mode;
  std::optional<Epoch> acting;
  Instant lease_until;
};

class Coordination {
 public:
  void request(Turn&, const Cluster&, const HostId& from, const VmInfo&);
  void info(Turn&, const Cluster&, const HostId& from, const Info&);
  /// Acknowledges while acting.
  void finished(Turn&, const Cluster&, const HostId& from, const MigrationFinished&);
  void tick(Turn&, const Cluster&);
  [[nodiscard]] Instant next_deadline() const { return round_ ? round_->until : Instant::never(); }

  [[nodiscard]] bool collecting() const { return round_.has_value(); }
  [[nodiscard]] std::optional<RoundId> last_round() const { return last_; }

 private:
  struct Asking {
    VmInfo info;
    Instant at;
  };
  struct Collecting {
    RoundId id;
    Instant begun;
    Instant until;
    std::set<HostId> asked;
    std::map<HostId, HostFigures> answers;
    std::map<HostId, Asking> requests;
  };
  struct Promise {
    OpId op;
    VmId vm;
    std::string name;
    Resources usage;
    Instant until;
  };
  void decide(Turn&, const Cluster&);
  [[nodiscard]] policy::Snapshot snapshot(const Turn&, const Cluster&) const;
  [[nodiscard]] policy::Host seen(const Turn&, const Cluster&, const Member&) const;
  [[nodiscard]] bool only_advice(const Turn&, const Cluster&) const;
  [[nodiscard]] std::string why_closed(const Turn&, const Cluster&, const HostId&,
                                       const HostFigures*) const;
  [[nodiscard]] std::vector<HostId> worst_first() const;
  /// Takes the moves back when the cluster's limits of migrations are reached.
  void hold_back(const Turn&, const Cluster&, policy::Relief&) const;

  /// Whether `from` asks more often than an honest source would; at most one is served in that
  /// time.
  [[nodiscard]] bool too_often(Turn&, const HostId& from, const VmInfo&);

  Round counter_;
  std::optional<Collecting> round_;
  std::map<HostId, Promise> promised_;
  std::map<HostId, std::pair<Request, Instant>> asked_;  ///< what each asked last, and when
  std::vector<std::pair<HostId, OpId>> told_;            ///< reports already noted; the newest 256
  std::optional<RoundId> last_;
};

}  // namespace prumo
