#include "src/daemon/notes.h"

#include <cstdarg>
#include <cstdio>

#include "src/wire/snapshot_json.h"
#include "src/wire/status_json.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;
using wire::name_of;

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
  std::array<char, 512> text{};
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text.data(), text.size(), pattern, arguments);
  va_end(arguments);
  return text.data();
}

std::string span(Duration d) {
  const double s = seconds(d);
  return s < 1 ? format("%.0f ms", s * 1000) : s < 10 ? format("%.2f s", s) : format("%.1f s", s);
}

json moves_json(const std::vector<policy::Move>& moves) {
  json out = json::array();
  for (const policy::Move& m : moves)
    out.push_back({{"vm", m.vm.value},
                   {"name", m.name},
                   {"from", m.from.value},
                   {"to", m.to.value},
                   {"cost", m.cost.as_double()},
                   {"volume", m.volume.as_double()}});
  return out;
}

json json_of(const std::optional<policy::Forecast>& f) { return f ? wire::to_json(*f) : json(); }

std::string moves_text(const std::vector<policy::Move>& moves) {
  std::string out;
  for (const policy::Move& m : moves)
    out += (out.empty() ? "" : "; ") + m.name + " " + m.from.value + " -> " + m.to.value +
           format(", cost %.2f", m.cost.as_double());
  return out;
}

std::string list(const std::vector<HostId>& hosts) {
  std::string out;
  for (const HostId& h : hosts) out += (out.empty() ? "" : ", ") + h.value;
  return out;
}

struct Wording {
  Line operator()(const note::Elected& n) const {
    std::string text = "epoch " + std::to_string(n.epoch.value) +
                       format(", accepted by %zu of %zu", n.accepted_by, n.members);
    if (!n.after.empty())
      text += ", after " + n.after.value + " was silent for " + span(n.silent_for);
    return {Level::kInfo, "elected", std::to_string(n.epoch.value), text, nullptr};
  }
  Line operator()(const note::LeaseLost& n) const {
    return {Level::kWarning, "stopped", std::to_string(n.epoch.value),
            "no longer coordinates epoch " + std::to_string(n.epoch.value) + ": " + n.why, nullptr};
  }
  Line operator()(const note::Following& n) const {
    return {Level::kInfo, "follows", n.coordinator.value,
            n.coordinator.value + " coordinates, epoch " + std::to_string(n.epoch.value), nullptr};
  }
  Line operator()(const note::CoordinatorMissing& n) const {
    return {Level::kWarning, "missing", n.coordinator.value,
            n.coordinator.value + " coordinated and has been silent for " + span(n.silent_for),
            nullptr};
  }
  Line operator()(const note::MembersDiffer& n) const {
    // Whoever claims is told by the refusal which files differ; others know only that some do.
    return {Level::kWarning, "members", n.with.value,
            "the members folder of " + n.with.value + " differs from this host's" +
                (n.which.empty() ? "" : " in " + list(n.which)) +
                "; make them equal and reload both (SIGHUP)",
            nullptr};
  }
  Line operator()(const note::StandingChanged& n) const {
    return {n.after == gossip::Standing::kDead ? Level::kWarning : Level::kInfo, "standing",
            n.id.value, n.id.value + " is " + name_of(n.after), nullptr};
  }
  Line operator()(const note::Overloaded& n) const {
    return {Level::kWarning, "overloaded", "", "overloaded: " + n.why, nullptr};
  }
  Line operator()(const note::Requested& n) const {
    return {Level::kInfo, "requested", "", "asks " + n.coordinator.value + " for relief", nullptr};
  }
  Line operator()(const note::Decided& n) const {
    return {Level::kInfo,
            n.mine     ? "ordered"
            : n.advice ? "advised"
                       : "decided",
            to_string(n.round),
            moves_text(n.moves) + (n.advice ? " (advice only)" : ""),
            {{"round", to_string(n.round)},
             {"host", n.host.value},
             {"moves", moves_json(n.moves)},
             {"reason", ""},
             {"advice", n.advice},
             {"took_us", n.took.count()},
             {"explanation", wire::to_json(n.explanation)}}};
  }
  Line operator()(const note::NoRelief& n) const {
    return {Level::kWarning,
            n.mine ? "unrelieved" : "no-relief",
            to_string(n.round),
            n.host.value + ": " + n.reason +
                (n.retry_in.count() > 0 ? "; tried again in " + span(n.retry_in) : ""),
            {{"round", to_string(n.round)},
             {"host", n.host.value},
             {"moves", json::array()},
             {"reason", n.reason},
             {"retry_in_s", seconds(n.retry_in)},
             {"explanation", wire::to_json(n.explanation)}}};
  }
  Line operator()(const note::Weighed& n) const {
    return {Level::kInfo, "weighed", to_string(n.round), "what the round was decided on is kept",
            nullptr};
  }
  Line operator()(const note::OrderIgnored& n) const {
    return {Level::kInfo, "ignored", to_string(n.round), "order not obeyed: " + n.why, nullptr};
  }
  Line operator()(const note::OrderedByHand& n) const {
    return {Level::kInfo,
            "by-hand",
            to_string(n.op),
            n.vm + " -> " + n.to.value + ", ordered by an operator",
            {{"op", to_string(n.op)}, {"vm", n.vm}, {"id", n.id.value}, {"to", n.to.value}}};
  }
  Line operator()(const note::Reserved& n) const {
    return {Level::kInfo, "reserved", to_string(n.op), n.vm + " from " + n.from.value, nullptr};
  }
  Line operator()(const note::Refused& n) const {
    return {Level::kInfo, "refused", to_string(n.op), n.vm + " from " + n.from.value + ": " + n.why,
            nullptr};
  }
  Line operator()(const note::TurnedAway& n) const {
    return {Level::kWarning,
            "turned-away",
            n.id.value,
            n.vm + " was coming in and is turned away: " + n.why,
            {{"id", n.id.value}, {"vm", n.vm}, {"why", n.why}}};
  }
  Line operator()(const note::SlotChanged& n) const {
    std::string text = std::string("slot is ") + name_of(n.after) + ", was " + name_of(n.before);
    if (!n.vm.empty()) text += " (" + n.vm + (n.from.empty() ? "" : " from " + n.from.value) + ")";
    return {Level::kInfo, "slot", n.vm, text, nullptr};
  }
  Line operator()(const note::Started& n) const {
    return {Level::kInfo,
            "started",
            to_string(n.op),
            n.vm + " -> " + n.to.value +
                (n.forecast ? ", expected: " + policy::in_words(*n.forecast) : ""),
            {{"op", to_string(n.op)},
             {"vm", n.vm},
             {"id", n.id.value},
             {"to", n.to.value},
             {"prediction", json_of(n.forecast)}}};
  }
  Line operator()(const note::Finished& n) const {
    const MigrationFinished& r = n.report;
    const bool done = r.outcome == Outcome::kDone;
    std::string text = r.name;
    if (done) {
      text += " runs on " + r.to.value;
      if (r.total.count() > 0) text += ", total " + span(r.total);
      if (r.downtime.count() > 0) text += ", downtime " + span(r.downtime);
    } else {
      text += std::string(" -> ") + r.to.value + " " + name_of(r.outcome) + ": " + r.reason;
    }
    return {done ? Level::kInfo : Level::kWarning,
            n.mine ? "finished" : "reported",
            to_string(r.op),
            text,
            {{"op", to_string(r.op)},
             {"vm", r.name},
             {"id", r.vm.value},
             {"to", r.to.value},
             {"outcome", name_of(r.outcome)},
             {"reason", r.reason},
             {"total_s", seconds(r.total)},
             {"downtime_ms", seconds(r.downtime) * 1000},
             {"copied_mib", r.copied_mib},
             {"prediction", json_of(r.forecast)}}};
  }
  Line operator()(const note::NeedsOperator& n) const {
    return {Level::kError,
            "needs-operator",
            n.id.value,
            n.vm + " needs an operator: " + n.why,
            {{"id", n.id.value}, {"vm", n.vm}, {"why", n.why}}};
  }
  Line operator()(const note::OperatorSettled& n) const {
    return {Level::kInfo, "settled", n.id.value, n.id.value + " no longer needs an operator",
            nullptr};
  }
  Line operator()(const note::PauseChanged& n) const {
    return {Level::kWarning, n.on ? "paused" : "resumed", n.by.value,
            std::string(n.on ? "paused" : "resumed") + " by an operator at " + n.by.value, nullptr};
  }
  Line operator()(const note::ModeChanged& n) const {
    return {Level::kInfo, "mode", "", std::string("mode is ") + name_of(n.mode), nullptr};
  }
  Line operator()(const note::StoreTrouble& n) const {
    return {Level::kError, "store", "",
            "state can't be stored, nothing is started until it can: " + n.why, nullptr};
  }
  Line operator()(const note::StoreRecovered&) const {
    return {Level::kInfo, "store", "", "state is stored again", nullptr};
  }
  Line operator()(const note::HypervisorTrouble& n) const {
    return {Level::kError, "hypervisor", "", n.why, nullptr};
  }
  Line operator()(const note::HypervisorRecovered&) const {
    return {Level::kInfo, "hypervisor", "",
            "the hypervisor answers, and its figures are believed again", nullptr};
  }
  Line operator()(const note::DuplicateId& n) const {
    return {Level::kError, "duplicate-id", n.id.value,
            "two daemons call themselves " + n.id.value + " (" + n.where +
                "); stop one, give it another id, then `prumo rejoin --force` there",
            nullptr};
  }
  Line operator()(const note::NotAdmitted& n) const {
    return {Level::kWarning, "not-admitted", "", n.why, nullptr};
  }
  Line operator()(const note::Admitted& n) const {
    return {Level::kInfo, "admitted", n.by.value, "admitted again by " + n.by.value, nullptr};
  }
  Line operator()(const note::Late& n) const {
    return {Level::kInfo, "late", "", "too late, dropped: " + n.what, nullptr};
  }
  Line operator()(const note::Incredible& n) const {
    return {Level::kWarning, "fault", n.from.value, n.what, nullptr};
  }
  Line operator()(const note::Leaving&) const {
    return {Level::kInfo, "leaving", "", "hands over and leaves", nullptr};
  }
};

}  // namespace

Line word(const Note& note) { return std::visit(Wording{}, note); }

std::string to_text(const json& data) {
  return data.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace prumo::daemon
