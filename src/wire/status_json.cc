#include "src/wire/status_json.h"

#include <algorithm>

#include "src/wire/snapshot_json.h"

namespace prumo::wire {
namespace {

using nlohmann::json;

json resources(const Resources& r) {
  return {{"cpu", r.cpu}, {"memory_mib", r.memory}, {"network_mbit", r.network}};
}

json host(const HostStatus& h, const Status& status) {
  const gossip::Summary& s = h.summary;
  return {{"id", h.id.value},
          {"state", h.known || h.self ? name_of(h.standing) : "unknown"},
          {"coordinator", status.coordinator == h.id},
          {"self", h.self},
          {"barred", h.barred},
          {"cpu", s.utilisation.cpu.as_double()},
          {"memory", s.utilisation.memory.as_double()},
          {"network", s.utilisation.network.as_double()},
          {"capacity", resources(s.capacity)},
          {"usage", resources(s.usage)},
          {"vms", s.vm_count},
          {"slot", name_of(s.slot)},
          {"slot_remaining_s", seconds(s.slot_remaining)},
          {"receiving", s.receiving},
          {"receiving_from", s.receiving_from.value},
          {"sending", s.sending},
          {"sending_to", s.sending_to.value},
          {"overloaded", s.overloaded},
          {"healthy", s.healthy},
          {"needs_operator", s.needs_operator},
          {"trouble", s.trouble},
          {"mode", name_of(s.mode)},
          {"without_hook", s.without_hook},
          {"age_s", seconds(h.age)},
          {"silent_s", seconds(h.silent_for)},
          {"follows", s.coordinator.value},
          {"epoch", s.epoch.value}};
}

/// Null: not known, or no method keeps within the VM's limits.
json prediction_of(const Domain& d) {
  if (!d.manner || !d.active()) return nullptr;
  const auto expected = policy::forecast(*d.manner, d.image_mib, d.memory_mib);
  return expected ? to_json(*expected) : json();
}

double cooldown_of(const Status& status, const VmId& vm) {
  for (const Cooldown& c : status.cooldowns)
    if (c.vm == vm) return seconds(std::max(c.until.until - status.as_of, Duration{0}));
  return 0;
}

std::pair<double, std::string> left_alone_of(const Status& status, const VmId& vm) {
  for (const LeftAlone& l : status.left_alone)
    if (l.vm == vm && !l.until.passed(status.as_of))
      return {seconds(l.until.until - status.as_of), l.reason};
  return {0, ""};
}

std::string operator_reason(const Status& status, const VmId& vm) {
  for (const auto& [id, why] : status.operator_needed)
    if (id == vm) return why;
  return {};
}

}  // namespace

const char* name_of(gossip::Standing s) {
  switch (s) {
    case gossip::Standing::kAlive:
      return "alive";
    case gossip::Standing::kSuspect:
      return "suspect";
    case gossip::Standing::kDead:
      return "dead";
    case gossip::Standing::kLeft:
      return "left";
  }
  return "?";
}

const char* name_of(gossip::SlotState s) {
  switch (s) {
    case gossip::SlotState::kFree:
      return "free";
    case gossip::SlotState::kHeld:
      return "held";
    case gossip::SlotState::kIncoming:
      return "incoming";
    case gossip::SlotState::kSettling:
      return "settling";
    case gossip::SlotState::kForeign:
      return "foreign";
    case gossip::SlotState::kUnknown:
      return "unknown";
  }
  return "?";
}

const char* name_of(gossip::Mode m) { return m == gossip::Mode::kAuto ? "auto" : "advise"; }

const char* name_of(DomainState s) {
  switch (s) {
    case DomainState::kRunning:
      return "running";
    case DomainState::kPaused:
      return "paused";
    case DomainState::kPausedIncoming:
      return "incoming";
    case DomainState::kPausedMigrated:
      return "paused after migration";
    case DomainState::kShutOff:
      return "shut off";
    case DomainState::kOther:
      return "other";
    case DomainState::kLeftDefined:
      return "shut off, migrated away";
  }
  return "?";
}

const char* name_of(Outcome o) {
  switch (o) {
    case Outcome::kDone:
      return "done";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kAborted:
      return "aborted";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kDropped:
      return "dropped";
    case Outcome::kOperator:
      return "needs operator";
  }
  return "?";
}

json to_json(const Status& status, const std::string& cluster, const policy::Parameters& policy) {
  json hosts = json::array();
  for (const HostStatus& h : status.hosts) hosts.push_back(host(h, status));
  json out{{"cluster", cluster},
           {"asked", status.self.value},
           {"coordinator", nullptr},
           {"coordinator_for_s", seconds(status.coordinator_for)},
           {"epoch", status.epoch.value},
           {"accepted", status.accepted.value},
           {"won", status.won.value},
           {"acting", status.acting},
           {"mode", name_of(status.mode)},
           {"paused", status.pause.on},
           {"paused_by", status.pause.on ? status.pause.by.value : ""},
           {"admitted", status.admitted},
           {"store_ok", status.store_ok},
           {"limits", {{"overload", policy.overload}, {"target", policy.target}}},
           {"no_relief", status.no_relief},
           {"retry_in_s", seconds(status.retry_in)},
           {"hosts", std::move(hosts)}};
  if (status.coordinator) out["coordinator"] = status.coordinator->value;
  return out;
}

json vms_to_json(const Status& status) {
  json out = json::array();
  for (const Domain& d : status.domains)
    out.push_back({{"id", d.id.value},
                   {"name", d.name},
                   {"host", status.self.value},
                   {"state", name_of(d.state)},
                   {"cpu", d.usage.cpu},
                   {"memory_mib", d.usage.memory},
                   {"network_mbit", d.usage.network},
                   {"configured_mib", d.memory_mib},
                   {"image_mib", d.image_mib},
                   {"movable", d.pinned.empty()},
                   {"pinned", d.pinned},
                   {"prediction", prediction_of(d)},
                   {"cooldown_s", cooldown_of(status, d.id)},
                   {"left_alone_s", left_alone_of(status, d.id).first},
                   {"left_alone_why", left_alone_of(status, d.id).second},
                   {"needs_operator", operator_reason(status, d.id)},
                   {"as_of_s", seconds(status.reading_age)}});
  // One that has vanished needs its operator most of all; what is left of it is its id.
  for (const auto& [id, why] : status.operator_needed) {
    const bool here = std::any_of(status.domains.begin(), status.domains.end(),
                                  [&vm = id](const Domain& d) { return d.id == vm; });
    if (here) continue;
    out.push_back({{"id", id.value},
                   {"name", id.value},
                   {"host", status.self.value},
                   {"state", "not here"},
                   {"movable", false},
                   {"pinned", ""},
                   {"prediction", nullptr},
                   {"cooldown_s", 0},
                   {"left_alone_s", 0},
                   {"left_alone_why", ""},
                   {"needs_operator", why},
                   {"as_of_s", seconds(status.reading_age)}});
    for (const char* none : {"cpu", "memory_mib", "network_mbit", "configured_mib", "image_mib"})
      out.back()[none] = 0;
  }
  return out;
}

json figures_to_json(const Status& status) {
  return {{"host", status.self.value},
          {"capacity", resources(status.capacity)},
          {"measured", resources(status.measured)},
          {"sample_interval_s", seconds(status.sample_interval)},
          {"as_of_s", seconds(status.reading_age)},
          {"vms", vms_to_json(status)}};
}

json running_to_json(const Status& status) {
  json out = json::array();
  if (!status.operation) return out;
  const OperationRecord& o = *status.operation;
  const MigrationProgress p = status.progress.value_or(MigrationProgress{});
  const double done = p.total_mib > 0 ? 1 - p.remaining_mib / p.total_mib : 0;
  out.push_back({{"op", to_string(o.op)},
                 {"vm", o.name},
                 {"id", o.vm.value},
                 {"from", status.self.value},
                 {"to", o.to.value},
                 {"phase", o.phase == OpPhase::kStarted ? "migrating" : "reserving"},
                 {"total_mib", p.total_mib},
                 {"remaining_mib", p.remaining_mib},
                 {"elapsed_s", seconds(p.elapsed)},
                 {"rate_mib_s", p.rate_mib_s},
                 {"dirty_mib_s", p.dirty_mib_s},
                 {"by_hand", by_hand(o.op)},
                 {"percent", 100 * std::clamp(done, 0.0, 1.0)}});
  return out;
}

}  // namespace prumo::wire
