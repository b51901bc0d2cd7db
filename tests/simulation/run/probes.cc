#include "tests/simulation/run/probes.h"

#include <cctype>

#include "src/peer/quandary.h"
#include "src/wire/codec.h"
#include "src/wire/status_json.h"

namespace prumo::simulation {

namespace {

std::string joined(const char* a, const char* between, const char* b) {
  return std::string(a) + between + b;
}

const char* text(election::Refusal why) {
  switch (why) {
    case election::Refusal::kEpoch:
      return "its epoch is not above the floor";
    case election::Refusal::kPromised:
      return "promised to another";
    case election::Refusal::kOtherMembers:
      return "other members";
    case election::Refusal::kNotAdmitted:
      return "not admitted";
    case election::Refusal::kCanNotStore:
      return "can not store";
    case election::Refusal::kSuccessor:
      return "another is the successor";
  }
  return "?";
}

/// What a note counts as; most kinds of notes are one path each.
class NotePaths {
 public:
  explicit NotePaths(Probes& probes) : probes_(probes) {}

  void operator()(const note::Elected&) { probes_.count("election", "elected"); }
  void operator()(const note::LeaseLost& n) { probes_.count("lease lost", n.why); }
  void operator()(const note::Following&) { probes_.count("election", "follows"); }
  void operator()(const note::CoordinatorMissing&) {
    probes_.count("election", "misses the coordinator");
  }
  void operator()(const note::MembersDiffer&) { probes_.count("election", "members differ"); }
  void operator()(const note::StandingChanged& n) {
    probes_.count("standing", joined(wire::name_of(n.before), " to ", wire::name_of(n.after)));
  }
  void operator()(const note::Overloaded& n) { probes_.count("overloaded", n.why); }
  void operator()(const note::Requested&) { probes_.count("relief", "requested"); }
  void operator()(const note::Decided& n) {
    if (!n.mine) return decided(n);
    probes_.count("relief", n.advice ? "order taken as advice" : "order obeyed");
  }
  void operator()(const note::NoRelief& n) {
    if (n.mine) return;
    probes_.count("no relief", n.reason);
    closed(n.explanation);
  }
  void operator()(const note::Weighed&) {}  // goes with each decision
  void operator()(const note::OrderIgnored& n) { probes_.count("order ignored", n.why); }
  void operator()(const note::OrderedByHand&) { probes_.count("by hand", "ordered"); }
  void operator()(const note::Reserved&) { probes_.count("relief", "slot reserved"); }
  void operator()(const note::Refused& n) { probes_.count("refused", n.why); }
  void operator()(const note::TurnedAway& n) { probes_.count("turned away", n.why); }
  void operator()(const note::SlotChanged& n) {
    probes_.count("slot", joined(wire::name_of(n.before), " to ", wire::name_of(n.after)));
  }
  void operator()(const note::Started&) { probes_.count("relief", "migration started"); }
  void operator()(const note::Finished& n) {
    if (!n.mine) return probes_.count("relief", "end reported to the coordinator");
    const std::string outcome = wire::name_of(n.report.outcome);
    // A refusal's reason is counted where it is made.
    const bool named = n.report.outcome != Outcome::kRefused && !n.report.reason.empty();
    probes_.count("end", named ? outcome + " as " + n.report.reason : outcome);
  }
  void operator()(const note::NeedsOperator& n) {
    probes_.count("needs operator", in_short(n.why));
  }
  void operator()(const note::OperatorSettled&) { probes_.count("operator", "settled a VM"); }
  void operator()(const note::PauseChanged& n) {
    probes_.count("operator", n.on ? "pause" : "resume");
  }
  void operator()(const note::ModeChanged& n) { probes_.count("operator", wire::name_of(n.mode)); }
  void operator()(const note::StoreTrouble&) { probes_.count("store", "trouble"); }
  void operator()(const note::StoreRecovered&) { probes_.count("store", "recovered"); }
  void operator()(const note::HypervisorTrouble& n) { probes_.count("hypervisor", n.why); }
  void operator()(const note::HypervisorRecovered&) { probes_.count("hypervisor", "recovered"); }
  void operator()(const note::DuplicateId& n) { probes_.count("duplicate id", n.where); }
  void operator()(const note::NotAdmitted& n) { probes_.count("not admitted", n.why); }
  void operator()(const note::Admitted&) { probes_.count("store", "admitted again"); }
  void operator()(const note::Late& n) { probes_.count("late", n.what); }
  void operator()(const note::Incredible&) {}  // every peer of the simulation is honest
  void operator()(const note::Leaving&) { probes_.count("operator", "shutdown"); }

 private:
  void decided(const note::Decided& n) {
    probes_.count("decided", n.moves.size() > 1 ? "a set" : "one VM");
    if (n.advice) probes_.count("decided", "advice");
    closed(n.explanation);
  }
  /// Why hosts were no candidates.
  void closed(const policy::Explanation& explanation) {
    for (const policy::PairVerdict& pair : explanation.pairs)
      if (!pair.fits) probes_.count("no candidate", pair.reason);
  }

  Probes& probes_;
};

}  // namespace

std::string path_of(std::string_view text) {
  text = text.substr(0, text.find_first_of(",;:("));
  std::string path;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    if (!path.empty()) path += ' ';
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    if (word.starts_with("vm-")) {
      path += "VM";
    } else if (word.size() > 1 && word[0] == 'h' && digit(word[1])) {
      path += "HOST";
    } else if (digit(word[0])) {
      path += 'N';
    } else {
      path += word;
    }
  }
  return path;
}

void Probes::stepped(std::size_t, const Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* note = std::get_if<Note>(&effect)) {
      std::visit(NotePaths(*this), *note);
    } else if (std::holds_alternative<AbortMigration>(effect)) {
      count("effect", "abort a migration");
    } else if (const auto* autostart = std::get_if<SetAutostart>(&effect)) {
      count("effect", autostart->on ? "set autostart" : "clear autostart");
    }
  }
}

void Probes::sent(std::size_t, std::size_t, const wire::Envelope& envelope) {
  ++messages_[wire::name_of(envelope.message)];
  if (const auto* asking = std::get_if<VmInfo>(&envelope.message)) {
    for (const VmFigures& vm : asking->vms)
      if (!vm.pinned.empty()) count("stays", vm.pinned);
    return;
  }
  const auto* election = std::get_if<election::Message>(&envelope.message);
  if (election == nullptr) return;
  if (const auto* refuse = std::get_if<election::Refuse>(election)) {
    count("claim refused", text(refuse->why));
  } else if (const auto* resign = std::get_if<election::Resign>(election)) {
    count("election", resign->successor.empty() ? "resigns to anyone" : "resigns to a successor");
  } else if (const auto* ok = std::get_if<election::Ok>(election)) {
    if (ok->higher) count("election", "a higher rank takes over");
    if (ok->missing) count("election", "misses it too");
  } else if (const auto* ack = std::get_if<election::HeartbeatAck>(election)) {
    if (!ack->counts) count("election", "acknowledges without counting");
  }
}

PathCounts Probes::counts() const {
  PathCounts all = counts_;
  for (const auto& [name, times] : messages_) all[std::string("message: ") + name] += times;
  return all;
}

}  // namespace prumo::simulation
