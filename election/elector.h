#pragma once
// Bully's election, made safe under partitions.
//
// Classic Bully (Garcia-Molina 1982): whoever misses the coordinator sends ELECTION to the higher
// ranks; one that lives answers OK and takes over; the one nobody answers sends COORDINATOR to all.
// It supposes that a silent peer is a dead one, so a cut network elects two. This machine believes
// less: silence says nothing, clocks run at rates that differ by no more than `drift`, and only
// what is stored survives.
//
// Deviations from the source:
//  * COORDINATOR is a claim of an epoch, and a majority of *all* members must accept it. A peer
//  accepts one
//    claimant an epoch, stores that before it says so, and by accepting promises to accept nobody
//    else for a promise length. Two majorities share a member, so an epoch has one winner.
//  * The coordinator acts only while its lease runs (lease.h).
//  * Once an epoch is won, every lease of a lower one has ended for good: someone in the majority
//  that
//    accepted it had kept its promise until then, and acknowledges nothing lower since. Therefore a
//    heartbeat of a higher *won* epoch may be followed at once, whatever was promised to whom, and
//    a claim only when the promise has run out.
//  * ELECTION goes to the lower ranks as well, and only who hears that a majority misses the
//  coordinator
//    claims. Ranks speak in turn, the highest live one first.
//  * A coordinator can resign to a named successor, who needs not ask.
//  * Members may lie. None can name an epoch that uses the numbers up (leap.h).
//
// Durable are two numbers, `accepted` and `won`. Acknowledgements carry durable values only: until
// the owner has said `Stored`, they wait for the disk like everything else; from then on they
// overtake it.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "election/durable.h"
#include "election/electorate.h"
#include "election/leap.h"
#include "election/message.h"
#include "election/parameters.h"
#include "election/role.h"
#include "election/takeover.h"
#include "src/core/members.h"
#include "src/core/random.h"

namespace prumo::election {

// Inputs
struct Incoming {
  HostId from;
  Epoch won;  ///< from the envelope
  Message message;
};
/// The envelope of any other message.
struct WonHeard {
  HostId from;
  Epoch won;
};
struct Tick {};
/// Members that may lead, as gossip sees them: alive or suspect, not barred. Never contains
/// oneself.
struct Live {
  std::set<HostId> hosts;
};
/// Hand over now (SIGTERM). This peer leads nothing again in this run.
struct HandOver {};
/// A round is under way: finish it before handing over to a returning higher rank.
struct Busy {
  bool on = false;
};
/// False after a failed write: accept and claim nothing.
struct CanStore {
  bool yes = true;
};
/// Every `Save` so far has been stored.
struct Stored {};
/// This peer's own id is duplicate, or its store was lost: neither accept nor claim.
struct Barred {
  bool yes = false;
};
/// Members whose votes do not count and whose claims are refused: duplicate ids.
struct BarredMembers {
  std::set<HostId> hosts;
};
struct NewMembers {
  Members members;
};
using Input = std::variant<Incoming, WonHeard, Tick, Live, HandOver, Busy, CanStore, Barred,
                           NewMembers, Stored, BarredMembers>;

// Outputs, in order. `Save` means: durable() must be stored before any later output is carried out,
// except those marked immediate.
struct Send {
  HostId to;
  Message message;
  bool immediate = false;
};
struct Save {};
/// Won, and the lease runs. May follow another Acting directly, with a higher epoch, when the
/// coordinator had to claim above a number that someone accepted.
struct Acting {
  Epoch epoch;
  std::size_t accepted_by = 0;  ///< with oneself
};
/// No longer acts.
struct Stopped {
  Epoch epoch;
  std::string why;
};
/// A promise was given, or a heartbeat heard, of another coordinator or epoch than before.
struct Following {
  HostId coordinator;
  Epoch epoch;
};
/// The promise to it ran out.
struct Missing {
  HostId coordinator;
  Duration silent_for{0};
};
/// Acknowledges no heartbeat: once for each silence.
struct Suspect {
  HostId id;
};
/// `which` is empty while only the digests are known to differ.
struct MembersDiffer {
  HostId with;
  std::vector<HostId> which;
};
/// A member names an epoch further than a leap (leap.h) above all that this peer knows.
struct FarEpoch {
  HostId from;
  Epoch named;
};
using Output =
    std::variant<Send, Save, Acting, Stopped, Following, Missing, Suspect, MembersDiffer, FarEpoch>;

class Elector {
 public:
  /// Begins to follow nobody, and accepts nobody until a promise given before the start has run
  /// out. Parameters are scaled to the members here. Requires: contradiction(parameters) is empty.
  Elector(Parameters parameters, HostId self, Members members, Durable durable, Random random,
          Instant now);

  /// What comes from strangers, from oneself, or with an absurd epoch changes nothing.
  void step(Instant now, const Input& input, std::vector<Output>& out);
  /// When to be called with a Tick at the latest. Always later than the last step.
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] const Durable& durable() const { return durable_; }
  /// The epoch in which this peer may order things at `now`; nothing without a valid lease.
  [[nodiscard]] std::optional<Epoch> acting(Instant now) const;
  /// When the lease ends unless it is renewed; orders carry it. The past when there is none.
  [[nodiscard]] Instant lease_until() const;
  /// Whom this peer follows (itself when it leads); empty when nobody.
  [[nodiscard]] std::optional<HostId> coordinator(Instant now) const;
  /// max(accepted, won): orders below it are not obeyed.
  [[nodiscard]] Epoch floor() const { return std::max(durable_.accepted, durable_.won); }
  /// Since when `coordinator` holds.
  [[nodiscard]] Instant since() const;
  /// The epoch led or followed; zero when neither.
  [[nodiscard]] Epoch epoch() const;
  /// The parameters in use, scaled to the members.
  [[nodiscard]] const Parameters& parameters() const { return p_; }

 private:
  struct Turn {
    Instant now;
    std::vector<Output>& out;
  };
  /// The last resignation heard: it ends that host's promise for that epoch for good.
  struct Ended {
    HostId host;
    Epoch epoch;
    bool operator==(const Ended&) const = default;
  };
  struct Asker {
    std::uint64_t attempt = 0;
    Instant at;
  };
  struct Differing {
    std::uint64_t list = 0;
    std::uint64_t named = 0;
  };

  // elector.cc: inputs, and what all roles share
  void take(Turn& t, const Incoming& in);
  void take(Turn& t, const WonHeard& in);
  void take(Turn& t, const Tick& in);
  void take(Turn& t, const Live& in);
  void take(Turn& t, const HandOver& in);
  void take(Turn& t, const Busy& in);
  void take(Turn& t, const CanStore& in);
  void take(Turn& t, const Stored& in);
  void take(Turn& t, const Barred& in);
  void take(Turn& t, const BarredMembers& in);
  void take(Turn& t, const NewMembers& in);
  void advance(Turn& t, bool late);
  void heard_frame(Turn& t, const HostId& from, Epoch won);
  /// How far this peer goes at that host's word.
  [[nodiscard]] Epoch believed(const Turn& t, const HostId& from, Epoch named);
  void note_won(Turn& t, const HostId& from, Epoch won);
  void save(Turn& t);
  void send(Turn& t, const HostId& to, Message message, bool immediate = false) const;
  void broadcast(Turn& t, const Message& message, bool immediate = false) const;
  void compare_members(Turn& t, const HostId& with, std::uint64_t digest);
  [[nodiscard]] bool is_sound() const;
  [[nodiscard]] bool may_claim(Instant now) const;
  [[nodiscard]] bool hears_majority(Instant now) const;

  // seek.cc: missing the coordinator, ELECTION and OK
  void hear(Turn& t, const HostId& from, const Election& m);
  void hear(Turn& t, const HostId& from, const Ok& m);
  void seek(role::Seeking next);
  void advance_seeking(Turn& t, bool late);
  void answer_askers(Turn& t);
  void yield_to(Instant now, role::Seeking& s, const HostId& higher) const;
  [[nodiscard]] bool misses(Instant now, const HostId& asker) const;
  [[nodiscard]] bool poll_decided(Instant now, const role::Seeking& s) const;
  [[nodiscard]] std::size_t ranks_to_wait_for(const role::Seeking& s) const;
  [[nodiscard]] Instant may_speak_at(const role::Seeking& s) const;

  // claim.cc: COORDINATOR and its answers
  void hear(Turn& t, const HostId& from, const Coordinator& m);
  void hear(Turn& t, const HostId& from, const Accept& m);
  void hear(Turn& t, const HostId& from, const Refuse& m);
  void claim(Turn& t, Instant deadline);
  [[nodiscard]] Claim open_claim(Turn& t, Instant deadline);
  void repeat_claim(Turn& t, Claim& c) const;
  void win_if_accepted(Turn& t);
  void withdraw(Turn& t, const HostId& in_favour_of);
  void advance_claiming(Turn& t, bool late);
  [[nodiscard]] Claim* pending_claim();
  [[nodiscard]] std::optional<Refusal> objection(Instant now, const HostId& from,
                                                 const Coordinator& m) const;

  // follow.cc: heartbeats and resignations, as heard
  void hear(Turn& t, const HostId& from, const Heartbeat& m);
  void hear(Turn& t, const HostId& from, const Resign& m);
  void follow(Turn& t, const HostId& host, Epoch epoch);
  void advance_following(Turn& t, bool late);

  // lead.cc: the lease, and handing it over
  void hear(Turn& t, const HostId& from, const HeartbeatAck& m);
  void hear(Turn& t, const HostId& from, const Outdated& m);
  void advance_leading(Turn& t, bool late);
  void beat(Turn& t, role::Leading& lead);
  void stop(Turn& t, std::string why, Instant speak_at);
  void resign_to(Turn& t, const HostId& successor, std::string why);
  [[nodiscard]] std::optional<HostId> fit_higher_rank(Instant now, const role::Leading& lead) const;
  [[nodiscard]] HostId best_successor(Instant now, const role::Leading& lead) const;

  Parameters configured_;
  Parameters p_;
  Electorate electorate_;
  Durable durable_;
  bool stored_ = true;  ///< durable_ is known to be in the store
  Random random_;
  Instant last_step_;
  Instant quiet_until_;  ///< a promise given before the start may live until then
  bool can_store_ = true;
  bool barred_ = false;
  bool leaving_ = false;
  bool busy_ = false;
  Epoch heard_;  ///< highest epoch heard of in an answer, accepted by someone: claims go above
  Leaps leaps_;
  Ended ended_;
  std::uint64_t attempt_ = 0;
  std::map<HostId, Instant> heard_from_;
  std::map<HostId, Asker> askers_;  ///< who asked while this peer did not miss the coordinator
  std::map<HostId, Differing> differing_;
  Takeovers takeovers_;
  role::Role role_;
};

}  // namespace prumo::election
