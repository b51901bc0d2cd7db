#include "src/peer/slot.h"

#include <algorithm>
#include <utility>

#include "src/core/run.h"
#include "src/peer/quandary.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

using gossip::SlotState;

bool on_its_way(const Domain& d) {
  return d.job == Job::kIncoming || d.state == DomainState::kPausedIncoming;
}

bool coming_in(const Domain& d) { return on_its_way(d) || d.state == DomainState::kPausedMigrated; }

bool arrived(const Domain& d) { return d.active() && !coming_in(d); }

bool starts_here(const Turn& turn, const Domain& d) {
  return d.autostart || (d.active() && turn.durable.autostart_due.contains(d.id));
}

/// It settles longer than until `when`, whatever comes and goes meanwhile.
bool unsettled(const SlotRecord& slot, Instant when) {
  return slot.settled.full > Duration{0} && !slot.settled.passed(when);
}

}  // namespace

Slot::Slot(Instant start)
    : cause_(start - Duration{1}),
      shown_by_(start + kShownWithin),
      since_(start),
      source_heard_(start) {}

void Slot::hold(Turn& turn, const HostId& from, const Hold& h) {
  if (turn.durable.slot.op == h.op && turn.durable.slot.from == from) source_heard_ = turn.now;
}

void Slot::release(Turn& turn, const Speaker& speaker, const Release& r, const OwnHost& host) {
  if (!looked_) return;
  const HostId& from = speaker.id;
  const SlotRecord& slot = turn.durable.slot;
  if (slot.reserved() && slot.op == r.op && slot.from == from) {
    if (slot.run != RunId{} && !same_boot(slot.run, speaker.run)) {
      done_ = done_ || r.done;
      return;
    }
    turn.durable.slot.autostart = !r.here && (slot.autostart || r.autostart);
    // Acknowledged only once a later reading has shown what became of it; the source repeats until
    // then.
    source_active_ = r.active;
    done_ = r.done;
    if (!released_) {
      released_ = true;
      cause_ = turn.now;
      turn.observe();
    }
    return;
  }
  const Domain* here = host.find(r.vm);
  const bool active = here != nullptr && arrived(*here);
  const bool settling = slot.state == SlotState::kSettling && slot.op == r.op && slot.from == from;
  if (!(active && settling) && !told_.looked_since(turn, from, r.op, host)) return;
  // What becomes of it is not known yet; nor is it where the slot knows of the operation.
  if (here != nullptr && !active && on_its_way(*here)) return;
  if (active && here->state == DomainState::kRunning && r.active)
    need_operator(turn, r.vm, here->name, runs_twice({r.vm, here->name}, turn.self, from));
  const bool wanted = r.autostart || (settling && slot.autostart);
  // A store that was lost, or a power cut, has forgotten that it came in: its source has not.
  const bool off = here != nullptr && here->state == DomainState::kShutOff;
  if (off && !r.here && ((settling && slot.autostart) || r.done) && !starts_here(turn, *here))
    need_operator(turn, r.vm, here->name, not_started({r.vm, here->name}, turn.self));
  if (settling) turn.durable.slot.autostart = false;
  if (active && !r.here) start_cooldown(turn, r.vm);  // no longer than that from now on
  if (wanted && !r.here && active && !here->autostart) set_autostart(turn, r.vm);
  turn.send(from, ReleaseAck{r.op, active, here != nullptr && starts_here(turn, *here)});
}

void Slot::looked(Turn& turn, const OwnHost& host, const VmId& own_move) {
  if (host.begun() <= cause_) return;
  SlotRecord& slot = turn.durable.slot;
  const bool first = !looked_;
  if (first) {
    looked_ = true;
    // After a restart the source is given the full time again.
    since_ = source_heard_ = turn.now;
    if (slot.taken()) observe_next_ = turn.now;
  }
  if (slot.taken()) {
    const Domain* d = host.find(slot.vm);
    if (d != nullptr && d->active() && slot.state == SlotState::kHeld) asked_ = Asked::kPassedOver;
    if (d != nullptr && arrived(*d)) {
      settle(turn, *d);
    } else if (d != nullptr && coming_in(*d)) {
      shown_ = true;
      if (slot.state == SlotState::kHeld) become(turn, SlotState::kIncoming);
    } else {
      // The hook may have let it in just now, or just before this run.
      const bool would_show = slot.state == SlotState::kHeld || host.begun() > shown_by_;
      const bool ends = slot.state == SlotState::kForeign || released_;
      const bool over = shown_ || (ends && would_show);
      // Where none was before, a definition proves that the VM had arrived; so does its source.
      const bool came = d != nullptr && (!turn.parameters.relief.allow_defined || done_);
      // A source that has lost power as well can't release the slot, and who needs the VM can't wait
      // for the bound.
      if (came && slot.autostart && (over || source_quiet(turn))) {
        report_unset(turn);
        slot.autostart = false;
      }
      if (over) end(turn, d);
    }
  }
  if (!slot.taken()) take_foreign(turn, host, own_move, first);
  shut_off_ = host.off(slot.vm);
  // It may have gone down with its host before its flag was set; nobody else will start it then.
  if (first && shut_off_ && slot.state == SlotState::kSettling && slot.autostart) {
    report_unset(turn);
    slot.autostart = false;
  }
  active_.clear();
  for (const auto& [id, d] : host.domains()) {
    if (d.active()) active_.insert(id);
  }
}

void Slot::take_foreign(Turn& turn, const OwnHost& host, const VmId& own_move, bool first) {
  SlotRecord& slot = turn.durable.slot;
  for (const auto& [id, d] : host.domains()) {
    if (id == own_move) continue;
    if (d.active() && coming_in(d) && d.state != DomainState::kPausedMigrated) {
      record_foreign(turn, id, d.name);
      shown_ = true;
      become(turn, SlotState::kForeign);
      return;
    }
  }
  if (first) return;  // nothing to compare with: they may have been here all along
  for (const auto& [id, d] : host.domains()) {
    if (id == own_move || !arrived(d) || active_.contains(id)) continue;
    if (slot.state == SlotState::kSettling && slot.vm == id) continue;
    record_foreign(turn, id, d.name);
    settle(turn, d);
    return;
  }
}

void Slot::settle(Turn& turn, const Domain& d) {
  SlotRecord& slot = turn.durable.slot;
  const bool released = released_;
  // What its source has not yet given up may be resumed there: moved on, it would be a third copy.
  const ReliefParameters& relief = turn.parameters.relief;
  const bool given_up = released || slot.from.empty();
  start_cooldown(turn, slot.vm,
                 given_up ? relief.cooldown : std::max(relief.cooldown, relief.slot_bound));
  if (released) restore_autostart(turn);
  source_heard_ = turn.now;
  const DurableDeadline anew = turn.deadline(effective_settle(turn.parameters));
  if (!unsettled(slot, anew.until)) slot.settled = anew;
  become(turn, SlotState::kSettling);
  const bool runs = d.state == DomainState::kRunning;
  if (released && source_active_ && runs)
    need_operator(turn, slot.vm, d.name, runs_twice({slot.vm, d.name}, turn.self, slot.from));
  if (released && !slot.from.empty()) {
    turn.send(slot.from, ReleaseAck{slot.op, true, starts_here(turn, d)});
  }
}

void Slot::restore_autostart(Turn& turn) {
  SlotRecord& slot = turn.durable.slot;
  if (std::exchange(slot.autostart, false)) set_autostart(turn, slot.vm);
}

void Slot::report_unset(Turn& turn) {
  const SlotRecord& slot = turn.durable.slot;
  need_operator(turn, slot.vm, slot.name, not_started({slot.vm, slot.name}, turn.self));
}

bool Slot::source_quiet(const Turn& turn) const {
  return turn.now >= source_heard_ + 2 * turn.parameters.relief.lost_after / 3;
}

void Slot::record_foreign(Turn& turn, const VmId& vm, const std::string& name) {
  SlotRecord& slot = turn.durable.slot;
  if (slot.autostart) report_unset(turn);
  slot = {slot.state, OpId{}, vm, name, HostId{}, false, slot.settled, RunId{}};
}

void Slot::end(Turn& turn, const Domain* d) {
  SlotRecord& slot = turn.durable.slot;
  if (released_ && !slot.from.empty())
    turn.send(slot.from, ReleaseAck{slot.op, false, d != nullptr && starts_here(turn, *d)});
  if (slot.state != SlotState::kForeign) remember_freed(turn, slot.vm, slot.op);
  // A foreign arrival interrupts settling; what is left of it still counts.
  become(turn, unsettled(slot, turn.now) ? SlotState::kSettling : SlotState::kFree);
}

void Slot::forgot(Turn& turn) {
  SlotRecord& slot = turn.durable.slot;
  slot.settled = turn.deadline(turn.parameters.relief.slot_bound);
  if (slot.state == SlotState::kFree) become(turn, SlotState::kSettling);
}

void Slot::become(Turn& turn, SlotState next) {
  SlotRecord& slot = turn.durable.slot;
  const SlotState before = slot.state;
  turn.note(note::SlotChanged{before, next, slot.name, slot.from});
  slot.state = next;
  if (next == SlotState::kFree) slot = SlotRecord{};
  if (next == SlotState::kHeld) {
    cause_ = since_ = turn.now;
    ask_next_ = turn.now + turn.parameters.relief.slot_ask;
    shown_ = source_active_ = done_ = false;
  }
  if (!slot.taken()) {
    shown_ = false;
    ask_next_ = Instant::never();
  }
  if (next != SlotState::kIncoming) released_ = false;
  observe_next_ = slot.taken() ? turn.now + 1s : Instant::never();
}

void Slot::tick(Turn& turn) {
  SlotRecord& slot = turn.durable.slot;
  if (!looked_) return;
  if (slot.state == SlotState::kSettling && turn.now >= settled_at(turn.durable, turn.parameters)) {
    if (slot.autostart && shut_off_) report_unset(turn);
    restore_autostart(turn);
    become(turn, SlotState::kFree);
  }
  if (!slot.taken()) return;
  if (turn.now >= observe_next_) {
    observe_next_ = turn.now + 1s;
    turn.observe();
  }
  if (slot.state == SlotState::kForeign || shown_ || released_) return;
  ask_next_ = std::max(ask_next_ == Instant::never() ? turn.now : ask_next_,
                       since_ + turn.parameters.relief.slot_ask);
  if (turn.now >= ask_next_) {
    ask_next_ = turn.now + 1s;
    turn.send(slot.from, Ask{slot.op, slot.vm});
  }
  if (turn.now >= source_heard_ + turn.parameters.relief.slot_bound) {
    released_ = true;
    cause_ = turn.now;
    turn.note(note::Late{"the source " + slot.from.value + " of " + slot.name +
                         " has been silent for the slot's bound"});
    turn.observe();
  }
}

/// The flag that the source has not yet given up is waited for.
Instant Slot::settled_at(const DurableState& durable, const Parameters& p) const {
  const SlotRecord& slot = durable.slot;
  if (!slot.autostart) return slot.settled.until;
  return std::max(slot.settled.until, source_heard_ + p.relief.slot_bound);
}

Instant Slot::next_deadline(const DurableState& durable, const Parameters& p) const {
  const SlotRecord& slot = durable.slot;
  if (!looked_) return Instant::never();
  if (slot.state == SlotState::kSettling) return settled_at(durable, p);
  if (!slot.taken()) return Instant::never();
  if (slot.state == SlotState::kForeign || shown_ || released_) return observe_next_;
  const Instant ask = ask_next_ == Instant::never() ? since_ + p.relief.slot_ask : ask_next_;
  return std::min({observe_next_, ask, source_heard_ + p.relief.slot_bound});
}

}  // namespace prumo
