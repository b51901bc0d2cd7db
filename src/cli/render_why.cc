#include <algorithm>
#include <vector>

#include "policy/cost.h"
#include "policy/render.h"
#include "policy/text.h"
#include "src/cli/reading.h"
#include "src/cli/render.h"
#include "src/cli/table.h"
#include "src/wire/snapshot_json.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kDecisionsShown = 3;

/// A paragraph whose lines after the first stand under its text.
std::string item(const std::string& indent, const std::string& text, const Style& style) {
  std::string out;
  const std::size_t width = static_cast<std::size_t>(style.width) - indent.size();
  for (const std::string& line : wrapped(text, width))
    out += indent + (out.empty() ? "" : "  ") + line + "\n";
  return out;
}

const json& host_named(const json& answer, const std::string& id) {
  static const json none = json::object();
  for (const json& host : list_of(answer, "hosts"))
    if (text_of(host, "id") == id) return host;
  return none;
}

/// What holds for the VM at this moment, the strongest reason first.
std::string at_present(const json& vm, const json& answer) {
  if (const std::string why = text_of(vm, "needs_operator"); !why.empty())
    return "It needs an operator: " + why + "; then prumo settle " + text_of(vm, "id") + ".";
  if (const std::string why = text_of(vm, "pinned"); !why.empty()) return "It stays: " + why + ".";
  const double alone = number_of(vm, "left_alone_s");
  const double rests = number_of(vm, "cooldown_s");
  if (alone > rests)
    return "It is left alone for " + age(alone) + " (prumo migrate moves it " +
           (rests > 0 ? "after " + age(rests) : "all the same") +
           "): " + text_of(vm, "left_alone_why") + ".";
  if (rests > 0) return "It moved, or tried to, lately and stays for " + age(rests) + ".";
  if (flag_of(answer, "paused")) return "prumo is paused: nothing moves (prumo resume).";
  const std::string id = text_of(vm, "host", "?");
  const json& host = host_named(answer, id);
  Utilisation used;
  for (const Resource r : kResources) used[r] = Micro::of(number_of(host, name_of(r)));
  const Resource worst = policy::worst_of(used);
  const Micro limit = Micro::of(number_of(part_of(answer, "limits"), "overload", 0.9));
  if (flag_of(host, "overloaded"))
    return id + " is overloaded now: " + name_of(worst) + " " + policy::number(used[worst]) +
           " (prumo explain " + id + ").";
  return id + " is not overloaded (" + name_of(worst) + " " + policy::number(used[worst]) +
         ", limit " + policy::number(limit) + "): nothing has to leave it.";
}

std::string where_now(const json& answer, const Style& style) {
  const std::string asked = text_of(answer, "vm", "?");
  const json& now = list_of(answer, "now");
  if (now.empty()) return asked + " is on none of the hosts that answered.\n";
  if (now.size() > 1) {
    std::string out = std::to_string(now.size()) + " VMs are called " + asked + ":\n";
    for (const json& vm : now)
      out += "  prumo why " + text_of(vm, "id", "?") + "   on " + text_of(vm, "host", "?") + "\n";
    return out;
  }
  const json& vm = now.front();
  return item("",
              text_of(vm, "name", "?") + " is on " + text_of(vm, "host", "?") + ", " +
                  text_of(vm, "state", "?") + ". " + at_present(vm, answer),
              style);
}

/// How the migration that a decision ordered went; empty: nothing is remembered of it.
std::string how_it_went(const json& answer, const std::string& round) {
  for (const json& m : list_of(answer, "migrations")) {
    if (!text_of(m, "op").starts_with(round + ".")) continue;
    const std::string reason = text_of(m, "reason");
    std::string out = "migration " + text_of(m, "op") + " " + text_of(m, "outcome", "?");
    if (!reason.empty()) out += ": " + reason;
    if (number_of(m, "total_s") > 0)
      out += ", total " + decimal(number_of(m, "total_s"), 2) + " s, downtime " +
             decimal(number_of(m, "downtime_ms"), 0) + " ms";
    return out;
  }
  return {};
}

std::string others_of(const json& decision, const std::string& id) {
  std::vector<std::string> names;
  for (const json& m : list_of(decision, "moves"))
    if (text_of(m, "vm") != id)
      names.push_back(text_of(m, "name", "?") + " to " + text_of(m, "to", "?"));
  return policy::listed(names);
}

std::string figures(const policy::VmVerdict& v, const policy::Explanation& e) {
  const Resource worst = policy::worst_of(e.utilisation);
  return "cost " + decimal(v.cost.as_double(), 2) + ", image " + decimal(v.image_mib, 0) +
         " MiB, without it " + e.host.value + " " + name_of(worst) + " " +
         policy::number(v.source_without[worst]);
}

std::string render_part(const json& decision, const json& answer, const Style& style, bool full) {
  const auto e = wire::explanation_from_json(part_of(decision, "explanation"));
  const std::string round = text_of(decision, "round", "?");
  const std::string start = "Round " + round + ", " + clock_of(text_of(decision, "time", "?")) +
                            ", by " + text_of(decision, "by", "?") + ": ";
  if (!e || e->vms.empty()) return item("", start + text_of(decision, "text"), style);
  const policy::VmVerdict& v = e->vms.front();
  std::string to;
  for (const json& m : list_of(decision, "moves"))
    if (text_of(m, "vm") == v.vm.value) to = text_of(m, "to", "?");
  const std::string others = others_of(decision, v.vm.value);
  const bool advice = flag_of(decision, "advice");
  const std::string host = e->host.value;
  std::string what =
      !to.empty() ? (advice ? "should leave " : "left ") + host + " for " + to
      : others.empty()
          ? "stayed on " + host + ", which nothing could relieve"
          : "stayed on " + host + "; " + (advice ? "leaving instead: " : "left instead: ") + others;
  std::string out = item("", start + what + (advice ? " (advice only)" : ""), style);
  out += item("  ", host + " was overloaded: " + e->overload, style);
  out +=
      item("  ", (v.chosen ? "chosen: " : "why: ") + v.reason + " (" + figures(v, *e) + ")", style);
  out += policy::render_places(*e, v.vm, {full, "", "prumo explain --round " + round + " --full"});
  const std::string went = to.empty() ? "" : how_it_went(answer, round);
  if (!went.empty()) out += item("  ", went, style);
  return out;
}

}  // namespace

std::string render_why(const json& answer, const Style& style, bool full) {
  std::string out = where_now(answer, style);
  const json& decisions = list_of(answer, "decisions");
  if (decisions.empty()) out += "No decision that is remembered was about it.\n";
  std::size_t shown = 0;
  for (const json& decision : decisions) {
    if (!full && shown == kDecisionsShown) break;
    ++shown;
    out += "\n" + render_part(decision, answer, style, full);
  }
  if (shown < decisions.size())
    out += "\n" + std::to_string(decisions.size() - shown) + " earlier decisions: --full\n";
  return out + unanswered(answer);
}

}  // namespace prumo::cli
