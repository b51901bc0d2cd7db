// What the slot answers to whoever asks: a source that reserves, the hypervisor's hook, people.

#include <algorithm>
#include <utility>

#include "src/peer/quandary.h"
#include "src/peer/slot.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

using gossip::SlotState;

std::string shown_seconds(Duration d) {
  return std::to_string((d.count() + 999'999) / 1'000'000) + " s";
}

}  // namespace

gossip::SlotState Slot::shown(const DurableState& durable) const {
  return looked_ ? durable.slot.state : SlotState::kUnknown;
}

std::string Slot::why_not_free(const DurableState& durable, Instant now) const {
  if (!looked_) return "has not looked at its hypervisor yet";
  const SlotRecord& slot = durable.slot;
  const std::string vm = slot.name.empty() ? slot.vm.value : slot.name;
  switch (slot.state) {
    case SlotState::kFree:
      return {};
    case SlotState::kHeld:
      return "held for " + vm + " from " + slot.from.value;
    case SlotState::kIncoming:
      return "receiving " + vm + " from " + slot.from.value;
    case SlotState::kForeign:
      return "receiving " + vm + ", which nobody reserved";
    case SlotState::kSettling:
      if (slot.settled.passed(now))
        return "waits for " + slot.from.value + " to say that " + vm + " has left it";
      return "settling for " + shown_seconds(std::max(slot.settled.until - now, Duration{0})) +
             " after " + (vm.empty() ? "it lost its store" : vm);
    case SlotState::kUnknown:
      break;
  }
  return "unknown";
}

std::string Slot::refusal(const Turn& turn, const HostId& from, const Reserve& r,
                          const OwnHost& host, const std::string& sending) const {
  if (const std::string& why = turn.brake_on(r.op); !why.empty()) return why;
  if (turn.outdated(r.op)) {
    return "epoch " + std::to_string(r.op.epoch.value) + " < " + std::to_string(turn.floor.value);
  }
  if (std::string why = why_not_free(turn.durable, turn.now); !why.empty()) return why;
  if (!host.healthy(turn.now))
    return host.trouble().empty() ? "its hypervisor does not answer" : host.trouble();
  if (!sending.empty()) return "sending " + sending;
  if (from == turn.self) return "the VM is here already";
  if (needs_operator(turn.durable, r.vm))
    return "needs operator: " + in_short(turn.durable.operator_needed.at(r.vm));
  for (const auto& [id, d] : host.domains()) {
    if (id == r.vm && d.active()) return "a domain of that UUID is active here";
    if (id == r.vm && !turn.parameters.relief.allow_defined)
      return "an inactive definition of it is here";
    if (id != r.vm && d.name == r.name) return "its name belongs to another domain here";
  }
  if (host.samples() == 0) return "has not sampled its load yet";
  if (std::string why = first_above(host.usage(), r.demand, host.capacity(),
                                    turn.parameters.policy.target - turn.parameters.relief.reserve);
      !why.empty()) {
    return why;
  }
  if (r.memory_mib > host.available_memory_mib()) {
    return "available memory " +
           std::to_string(static_cast<std::int64_t>(host.available_memory_mib())) + " MiB < " +
           std::to_string(static_cast<std::int64_t>(r.memory_mib)) + " MiB";
  }
  return {};
}

void Slot::reserve(Turn& turn, const Speaker& speaker, const Reserve& r, const OwnHost& host,
                   const std::string& sending) {
  const HostId& from = speaker.id;
  SlotRecord& slot = turn.durable.slot;
  const Instant not_after = turn.now + turn.parameters.relief.late_reserved;
  const bool held_already = slot.state == SlotState::kHeld && slot.op == r.op &&
                            slot.from == from && slot.run == speaker.run && slot.vm == r.vm &&
                            !released_;
  if (!held_already) {
    if (std::string why = refusal(turn, from, r, host, sending); !why.empty()) {
      turn.note(note::Refused{r.op, r.name, from, why});
      turn.send(from, Refused{r.op, std::move(why)}, not_after);
      return;
    }
    const DurableDeadline none;
    slot = {slot.state, r.op, r.vm, r.name, from, r.autostart, none, speaker.run};
    become(turn, SlotState::kHeld);
    turn.note(note::Reserved{r.op, r.name, from});
  }
  source_heard_ = turn.now;
  turn.send(from, Reserved{r.op, host.last().connect_uri, host.last().migrate_uri}, not_after);
}

std::string Slot::veto(const Turn& turn, const VmId& vm) const {
  const SlotRecord& slot = turn.durable.slot;
  if (slot.reserved() && slot.vm == vm) {
    // What was released may not come in any more, whether or not a reading has freed it.
    return released_ ? "operation " + to_string(slot.op) + " has ended and given up its slot"
                     : std::string();
  }
  if (const Freed* f = freed(turn.durable, vm, turn.now)) {
    return "operation " + to_string(f->op) + " ended and gave up its slot here; to bring it here " +
           "by hand, first: prumo settle " + vm.value;
  }
  if (turn.parameters.relief.strict) {
    return "this host takes in only what prumo has reserved (hook.strict)";
  }
  return {};
}

bool Slot::without_hook(const OwnHost& host) const {
  const Hook hook = host.last().hook;
  return hook != Hook::kNone && asked_ != Asked::kYes &&
         (hook == Hook::kMissing || asked_ == Asked::kPassedOver);
}

void Slot::incoming_asked(Turn& turn, const IncomingAsked& asked) {
  asked_ = Asked::kYes;
  std::string why = veto(turn, asked.vm);
  SlotRecord& slot = turn.durable.slot;
  if (!why.empty()) {
    turn.note(note::TurnedAway{asked.vm, asked.name, why});
  } else if (slot.state == SlotState::kHeld && slot.vm == asked.vm) {
    cause_ = turn.now;
    shown_by_ = turn.now + kShownWithin;
    become(turn, SlotState::kIncoming);
  } else if (!slot.taken()) {
    record_foreign(turn, asked.vm, asked.name);
    cause_ = turn.now + kShownWithin;
    become(turn, SlotState::kForeign);
  }
  turn.observe();
  turn.effects.emplace_back(Verdict{asked.question, why.empty(), std::move(why)});
}

}  // namespace prumo
