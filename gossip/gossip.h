#pragma once
// The gossip machine: who lives, and what each tells about itself. A pure value; time and
// randomness are handed in.
//
// It believes two kinds of things, and keeps them apart:
//  * Summaries spread: only the owner writes one and raises its version, and whoever holds a newer
//  one
//    passes it on. Rounds of digests (Scuttlebutt) bring everybody what they lack; urgent changes
//    run ahead as rumours.
//  * Liveness is seen: by probes (SWIM), by any message straight from a member, and by its
//  refutations.
//    An accusation raises a standing, alive < suspect < dead < left, within one incarnation; the
//    accused answers with a higher incarnation. A message straight from a suspect clears it here,
//    at once, and it is told of the accusation so that it can refute it everywhere. Dead at one
//    incarnation needs the refutation, left needs a restart.
//
// Members alone count: messages from others, and entries about others, change nothing. Every table
// is bounded by the members, every message by size.h.
//
// Sources: SWIM 2002, Lifeguard 2018, Scuttlebutt 2008. Deviations:
//  * the answering digest holds only what the answerer lacks, not all;
//  * a digest of very many members is a window of them, at random, with both partners always in it;
//  * accusations are not believed of a member that was heard straight within `probe_timeout`;
//  * with the helpers the silent member is asked once more straight;
//  * a mere refutation carries no summary;
//  * who learns of a suspicion probes the suspect itself, so that about eight do at once;
//  * members that are dead, left or never heard of are pinged now and then, about twice a round
//  each over
//    the whole cluster, so that partitions heal;
//  * what one member says of another can't use up the other's numbers: beyond bounds that no host
//  reaches,
//    incarnations and versions are believed of their owner alone;
//  * a process that finds itself late gives verdicts that fell due meanwhile another
//  `probe_timeout`.

#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "gossip/budget.h"
#include "gossip/health.h"
#include "gossip/message.h"
#include "gossip/parameters.h"
#include "gossip/pick.h"
#include "gossip/probe.h"
#include "gossip/rumour.h"
#include "gossip/summary.h"
#include "gossip/suspicion.h"
#include "src/core/members.h"
#include "src/core/random.h"

namespace prumo::gossip {

/// What a member is known by here.
struct Known {
  Incarnation incarnation;
  Standing standing = Standing::kDead;  ///< a member never heard of counts as dead
  bool heard_of = false;
  Version version;         ///< of the run `incarnation.starts`; 0: its summary has not come yet
  Summary summary;         ///< until version 1 comes, that of the run before
  Instant summary_as_of;   ///< own time at which the summary was true (now - age)
  Instant heard_directly;  ///< last authenticated message straight from it; Instant{}: none yet
  HostId accuser;          ///< who suspects it or declared it dead; empty otherwise
};

// Inputs
struct Incoming {
  HostId from;
  Incarnation incarnation;
  Message message;
};
/// Any authenticated frame straight from it. An `Incoming` implies it.
struct Heard {
  HostId from;
  Incarnation incarnation;
};
/// It begins again with no higher start count than this, which an earlier run had used.
struct Forgetful {
  HostId from;
  std::uint32_t starts = 0;
};
struct Tick {};
/// A new version of the own summary. The first is always urgent. Long texts are cut.
struct Own {
  Summary summary;
  bool urgent = false;
};
/// Missed by heartbeats: suspect it now; of a suspect, one accuser more.
struct Accuse {
  HostId id;
};
/// Say `left` to all, once. Afterwards it answers, but sends nothing of its own and refutes
/// nothing.
struct Leave {};
struct NewMembers {
  Members members;
};
using Input = std::variant<Incoming, Heard, Forgetful, Tick, Own, Accuse, Leave, NewMembers>;

// Outputs
struct Send {
  HostId to;
  Message message;
};
struct StandingChanged {
  HostId id;
  Standing before;
  Standing after;
  HostId accuser;
};
/// The own incarnation was raised above what is remembered of it. When `now.starts` is above what the
/// machine was made with, others remember a later run: the store was lost or restored from a copy.
struct Refuted {
  Incarnation now;
};
struct SummaryChanged {
  HostId id;
};
/// It says of another host what that host alone could have reached by saying it.
struct Incredible {
  HostId from;
};
using Output = std::variant<Send, StandingChanged, Refuted, SummaryChanged, Incredible>;

class Gossip {
 public:
  /// `starts` is the durable start count, from 1. Requires: check(parameters) is empty.
  Gossip(Parameters, HostId self, Members, std::uint32_t starts, Random, Instant now);
  /// Outputs are appended. Requires: `now` does not go back.
  void step(Instant now, const Input&, std::vector<Output>&);
  /// When to be called with a Tick at the latest; earlier and further ones change nothing.
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] Incarnation incarnation() const { return incarnation_; }
  [[nodiscard]] Version version() const { return version_; }
  [[nodiscard]] bool left() const { return left_; }
  /// Every member but oneself, by id.
  [[nodiscard]] const std::map<HostId, Known>& peers() const { return peers_; }
  /// Lifeguard's factor on probe timeouts and periods: 1 when this process is healthy, up to 9.
  [[nodiscard]] std::uint32_t health_multiplier() const { return health_.multiplier(); }

 private:
  struct Turn {
    Instant now;
    std::vector<Output>& out;
  };

  // gossip.cc: inputs and timers
  void on(Turn&, const Incoming&);
  void on(Turn&, const Heard&);
  void on(Turn&, const Tick&) {}
  void on(Turn&, const Own&);
  void on(Turn&, const Accuse&);
  void on(Turn&, const Leave&);
  void on(Turn&, const NewMembers&);
  void notice_pause(Instant now);
  void run_timers(Turn&);
  [[nodiscard]] std::size_t members() const { return peers_.size() + 1; }
  [[nodiscard]] static bool live(const Known&);
  /// Up to `count` different ones at random among those that `wanted` holds for.
  template <class Wanted>
  [[nodiscard]] std::vector<HostId> pick(std::size_t count, const Wanted& wanted) {
    std::vector<const HostId*> candidates;
    for (const auto& [id, known] : peers_) {
      if (wanted(id, known)) candidates.push_back(&id);
    }
    keep_some(candidates, count, random_);
    std::vector<HostId> ids;
    for (const HostId* id : candidates) ids.push_back(*id);
    return ids;
  }
  [[nodiscard]] Duration jittered(Duration);

  // gossip_exchange.cc: digests, deltas, rumours
  void on_message(Turn&, const HostId& from, const Digest&);
  void on_message(Turn&, const HostId& from, const Delta&);
  void on_message(Turn&, const HostId& from, const Rumour&);
  void send_digest(Turn&);
  void flush_rumours(Turn&);
  void send_updates(Turn&, const HostId& to, std::vector<Update>);
  [[nodiscard]] DigestEntry entry_of(const HostId&, const Known&) const;
  [[nodiscard]] DigestEntry own_entry() const;
  [[nodiscard]] Update own_update(Instant now) const;
  /// Requires: a member.
  [[nodiscard]] Update update_about(Instant now, const HostId&, bool with_summary) const;
  [[nodiscard]] std::optional<Update> rumour_about(Instant now, const RumourKey&) const;

  // gossip_standing.cc: what is believed
  /// Joins an update into what is known; what its sender lacks goes to `answers`.
  void learn(Turn&, const HostId& from, const Update&, bool relay, std::vector<Update>& answers);
  /// What others say of oneself; refutes if need be. True when the sender is to be told.
  bool learn_of_self(Turn&, const HostId& from, const DigestEntry&);
  void hear(Turn&, const HostId& from, Incarnation);
  /// Alive becomes suspect; a suspect gets one accuser more.
  void accuse(Turn&, const HostId&);
  void set_standing(Turn&, const HostId&, Incarnation, Standing, const HostId& accuser);
  /// What is said of that host, to itself; not again for a while.
  void tell(Turn&, const HostId&, Update of_it);
  void tell_accused(Turn&, const HostId&);
  void on(Turn&, const Forgetful&);
  void end_suspicions(Turn&);

  // gossip_probe.cc: probes
  void on_message(Turn&, const HostId& from, const Ping&);
  void on_message(Turn&, const HostId& from, const Ack&);
  void on_message(Turn&, const HostId& from, const PingRequest&);
  void on_message(Turn&, const HostId& from, const Nack&);
  void probe_next(Turn&);
  void start_probe(Turn&, const HostId& target, bool of_round_robin);
  void settle_probes_of(const HostId& target);
  void run_probes(Turn&);
  void visit_absent(Turn&);

  Parameters parameters_;
  HostId self_;
  Incarnation incarnation_;
  Version version_;
  Summary own_;
  Instant own_as_of_;
  bool left_ = false;

  std::map<HostId, Known> peers_;
  std::map<HostId, Suspicion> suspicions_;  ///< exactly the suspects
  std::map<HostId, Instant> told_;          ///< when the accused was last told of it
  RumourQueue rumours_;
  ByteBudget budget_;
  ProbeTable probes_;
  RoundRobin round_robin_;
  LocalHealth health_;
  Random random_;
  std::uint64_t next_sequence_;

  Instant digest_at_;
  Instant probe_at_;
  Instant visit_at_;
  Instant rumour_at_;  ///< earliest next batch
};

}  // namespace prumo::gossip
