#pragma once
// The destination's slot: a host receives at most one VM at a time, whoever coordinates.
//
//   FREE ─ RESERVE ─▶ HELD ─ shown coming in ─▶ INCOMING ─ VM here ─▶ SETTLING ─ time ─▶ FREE
//
// What it believes: nothing but readings of its own libvirt that were begun after the cause. Time
// alone never frees HELD or INCOMING, and neither does RELEASE: both only make the next reading
// that shows neither job nor VM count. A source silent for `slot_bound` counts as having released.
// So does one that has booted since it reserved: its RELEASE may be that of another machine with the
// same id, which knows nothing of what the first has started. A VM that has come in by then, is off and
// was to start with its host is reported all the same.
// A VM that its host starts has its autostart flag set here once the source says that it has given
// the VM up, or has been silent for `slot_bound` since the arrival; so long the slot settles.
// What comes in unreserved takes the slot as FOREIGN; a VM that turns up between two readings is
// taken to have come in unseen, and settles. Before the first usable reading after a start nothing
// changes and nothing is accepted.
// A source may end an operation that nothing is known of here, the store being lost: whether its VM
// is here is answered from a reading begun since, and not while that shows it coming in. An older one
// may not show yet what has come, or still show what has left.
// Whoever is let in again after its store was lost settles for `slot_bound`: what it had reserved
// may still come, as FOREIGN, and ends nothing of that. A first start has reserved nothing.
//
// The hypervisor's hook asks before it takes a VM in. The VM in the slot may come, and the slot is
// INCOMING durably before the answer; one whose slot was given up may not; of everybody else's the
// slot is told, and they may come unless `strict`.

#include <optional>
#include <set>
#include <string>

#include "src/peer/event.h"
#include "src/peer/own_host.h"
#include "src/peer/told.h"
#include "src/peer/turn.h"

namespace prumo {

/// Who says something: a host, and which run of its daemon.
struct Speaker {
  HostId id;
  RunId run;
};

class Slot {
 public:
  explicit Slot(Instant start);

  /// Why RESERVE would be refused now; empty: it would not. `sending`: name of the VM that leaves
  /// this host, empty when none.
  [[nodiscard]] std::string refusal(const Turn&, const HostId& from, const Reserve&, const OwnHost&,
                                    const std::string& sending) const;
  /// Answers RESERVED or REFUSED.
  void reserve(Turn&, const Speaker& from, const Reserve&, const OwnHost&,
               const std::string& sending);
  void hold(Turn&, const HostId& from, const Hold&);
  void release(Turn&, const Speaker& from, const Release&, const OwnHost&);
  /// Answers the hook with a `Verdict`.
  void incoming_asked(Turn&, const IncomingAsked&);
  /// After each reading that counts as evidence. `own_move`: the VM of this host's own operation.
  void looked(Turn&, const OwnHost&, const VmId& own_move);
  void tick(Turn&);
  /// What it had reserved is not known any more.
  void forgot(Turn&);
  [[nodiscard]] Instant next_deadline(const DurableState&, const Parameters&) const;

  /// The hypervisor has a hook that is not installed, or that was not asked when it should have been.
  [[nodiscard]] bool without_hook(const OwnHost&) const;

  /// Free, and known to be.
  [[nodiscard]] bool free(const DurableState& durable) const {
    return looked_ && durable.slot.state == gossip::SlotState::kFree;
  }
  /// As the summary shows it; unknown before the first look.
  [[nodiscard]] gossip::SlotState shown(const DurableState&) const;
  /// Why it is not free, for people: "settling for 9 s after db1"; empty: it is free.
  [[nodiscard]] std::string why_not_free(const DurableState&, Instant now) const;

 private:
  /// The hypervisor shows a VM only some time after its hook has let it in; a reading begun sooner
  /// does not tell that it has not come.
  static constexpr Duration kShownWithin = 2s;

  /// Why the hook must turn the VM away; empty: it may come in.
  [[nodiscard]] std::string veto(const Turn&, const VmId&) const;
  void become(Turn&, gossip::SlotState);
  void settle(Turn&, const Domain&);
  /// Once the source has given the VM up: until then libvirt may resume it there, and a power cut
  /// here would start it a second time.
  void restore_autostart(Turn&);
  void report_unset(Turn&);
  /// It has not said for long that the operation goes on.
  [[nodiscard]] bool source_quiet(const Turn&) const;
  /// A VM that nobody reserved takes the record; what is left of settling still counts.
  void record_foreign(Turn&, const VmId&, const std::string& name);
  [[nodiscard]] Instant settled_at(const DurableState&, const Parameters&) const;
  void end(Turn&, const Domain*);
  void take_foreign(Turn&, const OwnHost&, const VmId& own_move, bool first);

  bool looked_ = false;
  std::set<VmId> active_;  ///< at the last look
  bool shut_off_ = false;  ///< likewise: the VM in the slot is here and does not run
  Instant cause_;          ///< only readings begun later count
  Instant shown_by_;      ///< only readings begun later tell that what the hook let in has not come
  Instant since_;         ///< of HELD; asking begins `slot_ask` later
  Instant source_heard_;  ///< RESERVE or HOLD, or the arrival of its VM
  Instant ask_next_ = Instant::never();
  Instant observe_next_ = Instant::never();
  bool released_ = false;       ///< by the source, or by its silence
  bool source_active_ = false;  ///< the VM ran there when it released
  bool done_ = false;           ///< it had come here, says the source, whichever boot of it
  enum class Asked : std::uint8_t { kNotYet, kYes, kPassedOver };
  Asked asked_ = Asked::kNotYet;  ///< by the hook, the last time that a VM came in
  bool shown_ = false;            ///< a reading of this run has shown the VM coming in
  Told told_;                     ///< that an operation is over which holds no slot here
};

}  // namespace prumo
