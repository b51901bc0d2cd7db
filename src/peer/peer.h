#pragma once
// The peer: one pure state machine behind one door. It composes gossip (who lives, what each
// shows), the election (who coordinates) and relief (requests, rounds, operations, the slot), and
// holds what they share: this host's readings and the one durable state.
//
// The order within a step: timers that fell due first (a lease that ended during a pause is dropped
// before any message is looked at), then the event, then what follows from it. When the durable
// state differs from what was last handed to the store, one Persist goes in front of all effects of
// the step: nothing that rests on it leaves the host earlier. Messages to oneself are delivered
// within the step.

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "election/elector.h"
#include "gossip/gossip.h"
#include "src/core/members.h"
#include "src/core/random.h"
#include "src/peer/admission.h"
#include "src/peer/coordination.h"
#include "src/peer/doubtful.h"
#include "src/peer/dues.h"
#include "src/peer/duplicates.h"
#include "src/peer/effect.h"
#include "src/peer/event.h"
#include "src/peer/operation.h"
#include "src/peer/own_host.h"
#include "src/peer/parameters.h"
#include "src/peer/relief_request.h"
#include "src/peer/slot.h"
#include "src/peer/status.h"
#include "src/peer/twins.h"

namespace prumo {

/// What a daemon knows of itself when it starts.
struct Start {
  HostId self;
  RunId run;
  std::string boot_id;
  Members members;
  DurableState restored;  ///< `starts` already raised and stored
  std::uint64_t seed = 0;
  gossip::Mode mode = gossip::Mode::kAuto;
};

class Peer {
 public:
  /// Requires: check(parameters) is empty, and `self` is a member.
  Peer(Parameters, Start, Instant now);
  /// No I/O, no clock, no globals, no logging, no exceptions. Effects are appended, in order.
  /// A `now` before that of the last step counts as that one.
  void step(Instant now, const Event&, Effects&);
  /// When to be called with a Tick at the latest; early and extra ones are harmless.
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] Status status(Instant now) const;

  /// What every envelope carries, as stored: what a crash could take back is not told to others.
  [[nodiscard]] Incarnation incarnation() const { return told_; }
  [[nodiscard]] Epoch won() const { return won_stored_; }

  /// The epoch in which this peer may order things at `now`.
  [[nodiscard]] std::optional<Epoch> acting(Instant now) const { return elector_.acting(now); }
  /// What the peer believes to be durable, or about to be; for tests and checkers.
  [[nodiscard]] const DurableState& durable() const { return durable_; }
  /// What the peer knows of the others, without the copy that `status` is; for checkers.
  [[nodiscard]] const gossip::Gossip& gossip() const { return gossip_; }

 private:
  /// What others must learn at once when it changes.
  struct Urgent {
    gossip::SlotState slot = gossip::SlotState::kUnknown;
    VmId receiving;
    OpId sending;
    HostId coordinator;
    Epoch epoch;
    bool overloaded = false;
    bool healthy = false;
    bool needs_operator = false;
    gossip::Mode mode = gossip::Mode::kAuto;
    gossip::Pause pause;
    std::string trouble;
    bool operator==(const Urgent&) const = default;
  };

  // peer.cc: the step
  void run_timers(Effects&);
  void follow_up(Effects&);
  void deliver_to_self(Effects&, std::size_t from);
  void persist(Effects&, std::size_t at);
  [[nodiscard]] Turn turn(Effects&);
  [[nodiscard]] std::string brake() const;
  [[nodiscard]] std::string hand_brake() const;
  [[nodiscard]] std::string hard_brake() const;

  // peer_events.cc: what the world brings
  void on(Effects&, const Received&);
  void on(Effects&, const Tick&) {}
  void on(Effects&, const Sampled&);
  void on(Effects&, const Observed&);
  void on(Effects&, const MigrationProgress&);
  void on(Effects&, const MigrationEnded&);
  void on(Effects&, const IncomingAsked&);
  void on(Effects&, const OperatorRequest&);
  void on(Effects&, const Expired&);
  void on(Effects&, const StoreFailed&);
  void on(Effects&, const Stored&);
  void on(Effects&, const DuplicateId&);
  void on(Effects&, const SetPause&);
  void on(Effects&, const SetMode&);
  void on(Effects&, const AbortOperation&);
  void on(Effects&, const MoveByHand&);
  void on(Effects&, const WouldTake&);
  void on(Effects&, const Shutdown&);
  void on(Effects&, const Rejoin&);
  void on(Effects&, const Settled&);
  void on(Effects&, const NewMembers&);
  void looked(Effects&);

  // peer_messages.cc: what other peers say, after the envelope has been looked at
  void dispatch(Effects&, const Speaker& from, bool counts, const Message&);
  void hear(Effects&, const HostId& from, const VmInfo&);
  void hear(Effects&, const HostId& from, const SendInfo&);
  void hear(Effects&, const HostId& from, const Info&);
  void hear(Effects&, const HostId& from, const Migrate&);
  void hear(Effects&, const HostId& from, const NoRelief&);
  void hear(Effects&, const Speaker& from, const Reserve&);
  void hear(Effects&, const HostId& from, const Reserved&);
  void hear(Effects&, const HostId& from, const Refused&);
  void hear(Effects&, const HostId& from, const Ask&);
  void hear(Effects&, const HostId& from, const Hold&);
  void hear(Effects&, const Speaker& from, const Release&);
  void hear(Effects&, const HostId& from, const ReleaseAck&);
  void hear(Effects&, const HostId& from, const RunsHere&);
  void hear(Effects&, const HostId& from, const MigrationFinished&);
  void hear(Effects&, const HostId& from, const FinishedAck&);

  // peer_cluster.cc: gossip and election
  void feed(Effects&, const gossip::Input&);
  void feed(Effects&, const election::Input&);
  void learn_pause(Effects&, const HostId&);
  void bar(Effects&, const HostId&, const std::string& where);
  [[nodiscard]] bool barred(const HostId&) const;
  void admit(Effects&, Epoch, const HostId& by);
  void cool_all(Turn&) const;
  void feed_live(Effects&);
  void publish(Effects&, bool sampled);
  [[nodiscard]] gossip::Summary summary() const;
  [[nodiscard]] Urgent urgent() const;
  [[nodiscard]] HostFigures figures();
  [[nodiscard]] std::string sending() const;
  [[nodiscard]] std::optional<HostId> coordinator() const { return elector_.coordinator(now_); }
  /// Calls `what` with the cluster as the coordinator sees it.
  template <class What>
  void with_cluster(Effects& effects, What what) {
    const HostFigures own = figures();
    Turn t = turn(effects);
    what(t, Cluster{members_, gossip_.peers(), own, mode_, elector_.acting(now_),
                    elector_.lease_until()});
  }

  Parameters parameters_;
  HostId self_;
  RunId run_;
  std::string boot_id_;
  Members members_;
  Random random_;
  gossip::Mode mode_;
  Instant now_;
  bool first_ = true;
  bool leaving_ = false;
  bool looked_ = false;              ///< a reading has counted as evidence in this run
  std::map<VmId, Instant> settled_;  ///< by an operator, and the flag it is owed waits for a look

  DurableState durable_;
  DurableState persisted_;      ///< as last handed to the store
  std::uint64_t sequence_ = 0;  ///< of the last Persist
  bool store_ok_ = true;
  std::uint64_t lost_ = 0;                       ///< highest sequence whose write failed
  std::optional<std::uint64_t> election_saved_;  ///< its Persist, until the elector has been told
  Epoch won_stored_;
  std::uint32_t starts_stored_ = 0;
  Instant store_retry_ = Instant::never();
  Instant remember_next_;

  gossip::Gossip gossip_;
  Incarnation told_;  ///< the own one, the last whose start count is stored
  election::Elector elector_;
  OwnHost host_;
  Slot slot_;
  Dues dues_;
  Operation operation_;
  ReliefRequest request_;
  Coordination coordination_;
  Duplicates duplicates_;
  Admission admission_;
  Doubtful doubtful_;
  Twins twins_;

  std::set<HostId> live_;       ///< as last fed to the elector
  bool live_changed_ = true;    ///< since then, perhaps
  bool self_barred_ = false;    ///< likewise
  std::vector<HostId> barred_;  ///< likewise
  bool busy_ = false;           ///< likewise
  Urgent urgent_;               ///< as last published
  bool was_healthy_ = true;
  bool was_overloaded_ = false;
  Epoch followed_;  ///< epoch of the coordinator last followed, or led
  HostId missed_;   ///< the coordinator that was missed last
  Duration missed_for_{0};
  std::optional<RoundId> last_round_;
  std::uint64_t messages_dropped_ = 0;
};

static_assert(std::copyable<Peer>);

}  // namespace prumo
