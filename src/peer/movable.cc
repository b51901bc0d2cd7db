#include "src/peer/movable.h"

#include "src/peer/pattern.h"
#include "src/peer/quandary.h"
#include "src/peer/tables.h"

namespace prumo {

std::string why_stuck(const Turn& turn, const Domain& d) {
  if (!d.pinned.empty()) return d.pinned;
  if (const auto it = turn.durable.operator_needed.find(d.id);
      it != turn.durable.operator_needed.end()) {
    return "needs operator: " + in_short(it->second);
  }
  for (const Owed& o : turn.durable.releases) {
    if (o.stayed && o.vm == d.id)
      return "its move to " + o.to.value + " may have ended there, which has not been heard yet";
  }
  if (d.state != DomainState::kRunning) return "not running";
  if (d.job != Job::kNone) return "busy with another job";
  // On its way the flag is off: one that is still to be set, or an old look, would lose it.
  if (d.persistent && turn.durable.autostart_due.contains(d.id))
    return "its autostart flag is being set";
  if (turn.durable.slot.state != gossip::SlotState::kFree && turn.durable.slot.vm == d.id) {
    return "has just come in";
  }
  if (const Duration left = cooldown_left(turn.durable, d.id, turn.now); left > Duration{0}) {
    return "moved or tried to lately, may leave in " +
           std::to_string(left.count() / 1'000'000 + 1) + " s";
  }
  return {};
}

std::string why_stays(const Turn& turn, const Domain& d) {
  if (std::string why = why_stuck(turn, d); !why.empty()) return why;
  if (const LeftAlone* l = left_alone(turn.durable, d.id, turn.now); l != nullptr) {
    return "left alone for " + std::to_string((l->until.until - turn.now).count() / 1'000'000 + 1) +
           " s: " + l->reason;
  }
  for (const std::string& pattern : turn.parameters.relief.ignore) {
    if (matches(pattern, d.name)) return "ignored by pattern " + pattern;
  }
  return {};
}

std::vector<VmFigures> vm_figures(const Turn& turn, const OwnHost& host) {
  std::vector<VmFigures> all;
  for (const auto& [id, d] : host.domains()) {
    if (!d.active()) continue;
    if (all.size() >= kMostVms) break;
    VmFigures vm{id, d.name, d.usage, d.image_mib, d.memory_mib, why_stays(turn, d), {}, d.manner};
    for (const Avoided& a : turn.durable.avoided) {
      if (a.vm == id && !a.until.passed(turn.now)) vm.avoid.push_back(a.host);
    }
    all.push_back(std::move(vm));
  }
  return all;
}

std::vector<VmId> known_domains(const Turn& turn, const OwnHost& host) {
  std::vector<VmId> known;
  for (const auto& [id, d] : host.domains()) {
    if (known.size() >= kMostVms) break;
    if (d.active() || !turn.parameters.relief.allow_defined) known.push_back(id);
  }
  return known;
}

}  // namespace prumo
