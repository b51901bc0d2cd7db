#pragma once
// The names under which each part of the durable state is stored. A structure is taken apart by a
// structured binding, so one that gains or loses a field does not compile until its list here says
// how it is stored.
//
// A stored name is for ever: rename a field in the code and keep its name here.

#include <concepts>
#include <type_traits>

#include "src/peer/durable.h"

namespace prumo::store {

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

template <Is<RoundId> T, class F>
void each_field(T& value, F&& field) {
  auto& [epoch, round] = value;
  field("epoch", epoch);
  field("round", round);
}
template <Is<OpId> T, class F>
void each_field(T& value, F&& field) {
  auto& [epoch, round, index] = value;
  field("epoch", epoch);
  field("round", round);
  field("index", index);
}
template <Is<DurableDeadline> T, class F>
void each_field(T& value, F&& field) {
  auto& [boot_id, until, full] = value;
  field("boot", boot_id);
  field("until_us", until);
  field("full_us", full);
}
template <Is<election::Durable> T, class F>
void each_field(T& value, F&& field) {
  auto& [accepted, accepted_from, won] = value;
  field("accepted", accepted);
  field("accepted_from", accepted_from);
  field("won", won);
}
template <Is<gossip::Pause> T, class F>
void each_field(T& value, F&& field) {
  auto& [on, stamp, by] = value;
  field("on", on);
  field("stamp", stamp);
  field("by", by);
}
template <Is<policy::Forecast> T, class F>
void each_field(T& value, F&& field) {
  auto& [method, total, downtime, copied_mib, converges, dirty_mib_s] = value;
  field("method", method);
  field("total_us", total);
  field("downtime_us", downtime);
  field("copied_mib", copied_mib);
  field("converges", converges);
  field("dirty_mib_s", dirty_mib_s);
}
template <Is<OperationRecord> T, class F>
void each_field(T& value, F&& field) {
  auto& [op, vm, name, to, phase, autostart, forecast] = value;
  field("op", op);
  field("vm", vm);
  field("name", name);
  field("to", to);
  field("phase", phase);
  field("autostart", autostart);
  field("forecast", forecast);
}
template <Is<OrderedMove> T, class F>
void each_field(T& value, F&& field) {
  auto& [index, vm, name, to, cost, volume] = value;
  field("index", index);
  field("vm", vm);
  field("name", name);
  field("to", to);
  field("cost_micro", cost);
  field("volume_micro", volume);
}
template <Is<SlotRecord> T, class F>
void each_field(T& value, F&& field) {
  auto& [state, op, vm, name, from, autostart, settled, run] = value;
  field("state", state);
  field("op", op);
  field("vm", vm);
  field("name", name);
  field("from", from);
  field("autostart", autostart);
  field("settled", settled);
  field("run", run);
}
template <Is<Cooldown> T, class F>
void each_field(T& value, F&& field) {
  auto& [vm, until] = value;
  field("vm", vm);
  field("until", until);
}
template <Is<Avoided> T, class F>
void each_field(T& value, F&& field) {
  auto& [vm, host, until, times, reason] = value;
  field("vm", vm);
  field("host", host);
  field("until", until);
  field("times", times);
  field("reason", reason);
}
template <Is<KnownStarts> T, class F>
void each_field(T& value, F&& field) {
  auto& [starts, run] = value;
  field("starts", starts);
  field("run", run);
}
template <Is<LeftAlone> T, class F>
void each_field(T& value, F&& field) {
  auto& [vm, until, times, reason] = value;
  field("vm", vm);
  field("until", until);
  field("times", times);
  field("reason", reason);
}
template <Is<MigrationFinished> T, class F>
void each_field(T& value, F&& field) {
  auto& [op, vm, name, to, outcome, reason, total, downtime, forecast, copied_mib] = value;
  field("op", op);
  field("vm", vm);
  field("name", name);
  field("to", to);
  field("outcome", outcome);
  field("reason", reason);
  field("total_us", total);
  field("downtime_us", downtime);
  field("forecast", forecast);
  field("copied_mib", copied_mib);
}
template <Is<Freed> T, class F>
void each_field(T& value, F&& field) {
  auto& [vm, op, until] = value;
  field("vm", vm);
  field("op", op);
  field("until", until);
}
template <Is<Owed> T, class F>
void each_field(T& value, F&& field) {
  auto& [op, vm, to, proven, autostart, stayed] = value;
  field("op", op);
  field("vm", vm);
  field("to", to);
  field("proven", proven);
  field("autostart", autostart);
  field("stayed", stayed);
}
template <Is<DurableState> T, class F>
void each_field(T& value, F&& field) {
  auto& [starts, election, last_obeyed, operation, rest, slot, cooldowns, avoided, freed,
         unreported, releases, operator_needed, pause, barred, autostart_due, admitted,
         cooldowns_owed, left_alone, known_starts] = value;
  field("starts", starts);
  field("election", election);
  field("last_obeyed", last_obeyed);
  field("operation", operation);
  field("rest", rest);
  field("slot", slot);
  field("cooldowns", cooldowns);
  field("avoided", avoided);
  field("freed", freed);
  field("unreported", unreported);
  field("releases", releases);
  field("operator_needed", operator_needed);
  field("pause", pause);
  field("barred", barred);
  field("autostart_due", autostart_due);
  field("admitted", admitted);
  field("cooldowns_owed", cooldowns_owed);
  field("left_alone", left_alone);
  field("known_starts", known_starts);
}

/// The last enumerator of each enumeration that is stored.
template <class Enum>
inline constexpr Enum kLast = Enum::no_last_value_is_declared_for_this_enum;
template <>
inline constexpr OpPhase kLast<OpPhase> = OpPhase::kStarted;
template <>
inline constexpr gossip::SlotState kLast<gossip::SlotState> = gossip::SlotState::kUnknown;
template <>
inline constexpr policy::Method kLast<policy::Method> = policy::Method::kPostCopy;
template <>
inline constexpr Outcome kLast<Outcome> = Outcome::kOperator;

}  // namespace prumo::store
