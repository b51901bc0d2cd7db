#include "tests/simulation/engine/describe.h"

#include "src/wire/codec.h"
#include "src/wire/status_json.h"

namespace prumo::simulation {

namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

struct ElectionText {
  std::string operator()(const election::Coordinator& m) const {
    return " epoch " + number(m.epoch.value);
  }
  std::string operator()(const election::Accept& m) const {
    return " epoch " + number(m.epoch.value);
  }
  std::string operator()(const election::Refuse& m) const {
    return " epoch " + number(m.epoch.value) + ", reason " + number(static_cast<unsigned>(m.why)) +
           ", floor " + number(m.floor.value);
  }
  std::string operator()(const election::Outdated& m) const {
    return " used " + number(m.used.value) + ", accepted " + number(m.accepted.value) + ", won " +
           number(m.won.value);
  }
  std::string operator()(const election::Resign& m) const {
    return " epoch " + number(m.epoch.value) + " to " + m.successor.value;
  }
  std::string operator()(const election::Ok& m) const {
    return std::string(m.higher ? " higher" : "") + (m.missing ? " missing" : "");
  }
  std::string operator()(const election::Election&) const { return ""; }
  std::string operator()(const election::Heartbeat&) const { return ""; }
  std::string operator()(const election::HeartbeatAck&) const { return ""; }
};

struct MessageText {
  std::string operator()(const gossip::Message&) const { return ""; }
  std::string operator()(const election::Message& m) const { return std::visit(ElectionText{}, m); }
  std::string operator()(const VmInfo& m) const { return " request " + number(m.request.value); }
  std::string operator()(const SendInfo& m) const { return " round " + to_string(m.round); }
  std::string operator()(const Info& m) const { return " round " + to_string(m.round); }
  std::string operator()(const Migrate& m) const {
    std::string text = " round " + to_string(m.round) + " request " + number(m.request.value);
    for (const OrderedMove& move : m.moves) text += " " + move.vm.value + "→" + move.to.value;
    return text;
  }
  std::string operator()(const NoRelief& m) const { return " " + m.reason; }
  std::string operator()(const Reserve& m) const {
    return " " + to_string(m.op) + " " + m.vm.value;
  }
  std::string operator()(const Reserved& m) const { return " " + to_string(m.op); }
  std::string operator()(const Refused& m) const { return " " + to_string(m.op) + " " + m.reason; }
  std::string operator()(const Ask& m) const { return " " + to_string(m.op); }
  std::string operator()(const Hold& m) const { return " " + to_string(m.op); }
  std::string operator()(const Release& m) const {
    return " " + to_string(m.op) + (m.active ? " active here" : "");
  }
  std::string operator()(const ReleaseAck& m) const {
    return " " + to_string(m.op) + (m.active ? " active here" : "") +
           (m.autostart ? " autostart here" : "");
  }
  std::string operator()(const RunsHere& m) const {
    return " " + m.vm.value + " seen " + std::to_string(m.seen);
  }
  std::string operator()(const MigrationFinished& m) const {
    return " " + to_string(m.op) + " " + wire::name_of(m.outcome);
  }
  std::string operator()(const FinishedAck& m) const { return " " + to_string(m.op); }
  std::string operator()(const Query&) const { return ""; }
  std::string operator()(const Answer&) const { return ""; }
};

struct NoteText {
  std::string operator()(const note::Elected& n) const {
    return "wins epoch " + number(n.epoch.value);
  }
  std::string operator()(const note::LeaseLost& n) const {
    return "loses the lease of epoch " + number(n.epoch.value) + ": " + n.why;
  }
  std::string operator()(const note::Following& n) const {
    return "follows " + n.coordinator.value + " in epoch " + number(n.epoch.value);
  }
  std::string operator()(const note::CoordinatorMissing& n) const {
    return "misses coordinator " + n.coordinator.value;
  }
  std::string operator()(const note::MembersDiffer& n) const {
    return "members differ: " + n.with.value;
  }
  std::string operator()(const note::StandingChanged& n) const {
    return n.id.value + " is " + wire::name_of(n.after);
  }
  std::string operator()(const note::Overloaded& n) const { return "overloaded: " + n.why; }
  std::string operator()(const note::Requested& n) const {
    return "asks " + n.coordinator.value + " for relief, request " + number(n.request.value);
  }
  std::string operator()(const note::Decided& n) const {
    return (n.mine ? "obeys round " : "decides round ") + to_string(n.round) + " for " +
           n.host.value + ", " + number(n.moves.size()) + " moves" + (n.advice ? " (advice)" : "");
  }
  std::string operator()(const note::NoRelief& n) const {
    return "no relief for " + n.host.value + ": " + n.reason;
  }
  std::string operator()(const note::Weighed& n) const {
    return "weighed " + std::to_string(n.input.snapshot.vms.size()) + " VMs";
  }
  std::string operator()(const note::OrderIgnored& n) const {
    return "ignores round " + to_string(n.round) + ": " + n.why;
  }
  std::string operator()(const note::OrderedByHand& n) const {
    return "is ordered by hand " + to_string(n.op) + " " + n.vm + " to " + n.to.value;
  }
  std::string operator()(const note::Reserved& n) const {
    return "reserves for " + to_string(n.op) + " " + n.vm;
  }
  std::string operator()(const note::Refused& n) const {
    return "refuses " + to_string(n.op) + " " + n.vm + ": " + n.why;
  }
  std::string operator()(const note::TurnedAway& n) const {
    return "turns " + n.vm + " away: " + n.why;
  }
  std::string operator()(const note::SlotChanged& n) const {
    return std::string("slot ") + wire::name_of(n.before) + " → " + wire::name_of(n.after) + " " +
           n.vm;
  }
  std::string operator()(const note::Started& n) const {
    return "starts " + to_string(n.op) + " " + n.vm + " to " + n.to.value;
  }
  std::string operator()(const note::Finished& n) const {
    return "finished " + to_string(n.report.op) + " " + n.report.name + " " +
           wire::name_of(n.report.outcome) + " " + n.report.reason;
  }
  std::string operator()(const note::NeedsOperator& n) const {
    return n.vm + " needs operator: " + n.why;
  }
  std::string operator()(const note::OperatorSettled& n) const {
    return n.id.value + " settled by operator";
  }
  std::string operator()(const note::PauseChanged& n) const { return n.on ? "paused" : "resumed"; }
  std::string operator()(const note::ModeChanged&) const { return "mode changed"; }
  std::string operator()(const note::StoreTrouble& n) const { return "store trouble: " + n.why; }
  std::string operator()(const note::StoreRecovered&) const { return "store recovered"; }
  std::string operator()(const note::HypervisorTrouble& n) const {
    return "hypervisor trouble: " + n.why;
  }
  std::string operator()(const note::HypervisorRecovered&) const { return "hypervisor recovered"; }
  std::string operator()(const note::DuplicateId& n) const { return "duplicate id " + n.id.value; }
  std::string operator()(const note::NotAdmitted& n) const { return "not admitted: " + n.why; }
  std::string operator()(const note::Admitted& n) const { return "admitted by " + n.by.value; }
  std::string operator()(const note::Late& n) const { return "late: " + n.what; }
  std::string operator()(const note::Leaving&) const { return "leaving"; }
  std::string operator()(const note::Incredible& n) const {
    return "incredible, from " + n.from.value + ": " + n.what;
  }
};

}  // namespace

std::string describe(const Message& message) {
  if (std::holds_alternative<gossip::Message>(message)) return "";
  if (const auto* e = std::get_if<election::Message>(&message))
    if (std::holds_alternative<election::Heartbeat>(*e) ||
        std::holds_alternative<election::HeartbeatAck>(*e))
      return "";
  return wire::name_of(message) + std::visit(MessageText{}, message);
}

std::string describe(const Note& note) { return std::visit(NoteText{}, note); }

}  // namespace prumo::simulation
