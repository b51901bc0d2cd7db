#include <algorithm>
#include <vector>

#include "src/cli/reading.h"
#include "src/cli/render.h"
#include "src/cli/table.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr int kRoomy = 110;  ///< columns from which the bars are long

void add(std::string& sentence, const std::string& part) {
  if (!part.empty()) sentence += (sentence.empty() ? "" : ", ") + part;
}

/// What a host does at the moment, the most important first.
std::string now(const json& host) {
  const std::string state = text_of(host, "state", "unknown");
  std::string out;
  if (flag_of(host, "barred")) add(out, "two daemons with this id: barred");
  if (state == "unknown") return "not heard of yet";
  if (state == "left") return "left";
  if (state != "alive") add(out, "silent for " + age(number_of(host, "silent_s")));
  if (flag_of(host, "coordinator")) add(out, "coordinator");
  if (flag_of(host, "needs_operator")) add(out, "needs an operator (prumo vms)");
  const std::string trouble = text_of(host, "trouble");
  if (!flag_of(host, "healthy")) {
    add(out, trouble.empty() ? "unhealthy" : trouble);
  } else {
    add(out, trouble);
  }
  if (flag_of(host, "overloaded")) add(out, "overloaded");
  if (const std::string vm = text_of(host, "sending"); !vm.empty())
    add(out, vm + " leaves for " + text_of(host, "sending_to", "?"));
  const std::string slot = text_of(host, "slot", "unknown");
  const std::string receiving = text_of(host, "receiving", "");
  const std::string from = text_of(host, "receiving_from");
  if (slot == "held" || slot == "incoming") {
    add(out, (slot == "held" ? "expects " : "receives ") +
                 (receiving.empty() ? "a VM" : receiving) + (from.empty() ? "" : " from " + from));
  } else if (slot == "settling") {
    add(out, "settling for " + age(number_of(host, "slot_remaining_s")));
  } else if (slot == "foreign") {
    add(out, "receives " + (receiving.empty() ? "a VM" : receiving) + ", not by prumo");
  } else if (slot == "unknown" && flag_of(host, "healthy")) {
    add(out, "looks at its VMs");
  }
  if (text_of(host, "mode") == "advise") add(out, "advises only");
  if (out.empty()) out = "free";
  if (flag_of(host, "without_hook")) add(out, "without the hook");
  return out;
}

Tone tone_of_state(const std::string& state) {
  if (state == "alive") return Tone::kPlain;
  return state == "suspect" ? Tone::kWarning : Tone::kBad;
}

Cell load(const json& host, const char* resource, const json& limits, std::size_t columns) {
  const double share = number_of(host, resource);
  const bool over = share > number_of(limits, "overload", 0.9);
  const bool above = share > number_of(limits, "target", 0.85);
  return {bar(share, columns), over ? Tone::kBad : above ? Tone::kWarning : Tone::kPlain, false};
}

/// Joins parts by blanks, and breaks between parts only.
std::string headline(const std::vector<std::string>& parts, const Style& style) {
  std::string out;
  std::size_t column = 0;
  for (const std::string& part : parts) {
    const bool fits = column + 3 + columns_of(part) <= static_cast<std::size_t>(style.width);
    if (column > 0) out += fits ? "   " : "\n";
    column = column > 0 && fits ? column + 3 + columns_of(part) : columns_of(part);
    out += part;
  }
  return out + "\n";
}

std::vector<std::string> head_parts(const json& status) {
  double vms = 0;
  for (const json& host : list_of(status, "hosts")) vms += number_of(host, "vms");
  std::vector<std::string> parts{
      "cluster " + text_of(status, "cluster", "?").substr(0, 8),
      std::to_string(list_of(status, "hosts").size()) + " hosts, " + decimal(vms, 0) + " VMs"};
  const std::string coordinator = text_of(status, "coordinator");
  parts.push_back(coordinator.empty()
                      ? "no coordinator, so no VM is moved"
                      : "coordinator " + coordinator + " for " +
                            age(number_of(status, "coordinator_for_s")) + " (epoch " +
                            decimal(number_of(status, "epoch"), 0) + ")");
  parts.push_back("mode " + text_of(status, "mode", "?"));
  if (flag_of(status, "paused"))
    parts.push_back("PAUSED by " + text_of(status, "paused_by", "?") + " (prumo resume)");
  return parts;
}

std::string footer(const json& status) {
  const json& limits = part_of(status, "limits");
  std::string out = "Smoothed percent of capacity. Limits: overload " +
                    decimal(number_of(limits, "overload") * 100, 0) + ", target " +
                    decimal(number_of(limits, "target") * 100, 0) + ".";
  const json& last = part_of(status, "last_decision");
  if (last.empty()) return out;
  const std::string host = text_of(last, "host");
  // Without an age the moment must do, by the clock of the host that decided.
  const std::string when = last.contains("age_s") ? age(number_of(last, "age_s")) + " ago"
                                                  : "at " + clock_of(text_of(last, "time", "?"));
  out += " Last decision: round " + text_of(last, "round", "?") + ", " + when +
         (host.empty() ? "." : " (prumo explain " + host + ").");
  return out;
}

/// What is wrong with the daemon that was asked, else nothing.
std::string own_troubles(const json& status) {
  std::string out;
  const std::string asked = text_of(status, "asked", "this host");
  if (status.contains("store_ok") && !flag_of(status, "store_ok"))
    out += asked + " can't store its state and takes part in nothing until it can; see its log.\n";
  if (status.contains("admitted") && !flag_of(status, "admitted"))
    out += asked + " has lost its state: no vote and no VMs until a coordinator re-admits it.\n";
  return out;
}

/// Who was refused something in the last minutes: the most often first, as many as fit a few lines.
std::string refused(const json& status) {
  constexpr double kLately = 600;  // seconds
  constexpr std::size_t kMost = 12;
  std::vector<const json*> lately;
  for (const json& entry : list_of(status, "refused"))
    if (number_of(entry, "ago_s") < kLately) lately.push_back(&entry);
  if (lately.empty()) return {};
  std::stable_sort(lately.begin(), lately.end(), [](const json* a, const json* b) {
    return number_of(*a, "times") > number_of(*b, "times");
  });
  std::string out = "Refused lately:";
  for (std::size_t i = 0; i < std::min(kMost, lately.size()); ++i)
    out += (i > 0 ? "; " : " ") + text_of(*lately[i], "who", "?") + ": " +
           text_of(*lately[i], "what", "?") + ", " + decimal(number_of(*lately[i], "times"), 0) +
           "x, " + age(number_of(*lately[i], "ago_s")) + " ago";
  if (lately.size() > kMost) out += "; and " + std::to_string(lately.size() - kMost) + " more";
  return out + ".";
}

}  // namespace

std::string render_status(const json& status, const Style& style) {
  const std::size_t columns = style.width >= kRoomy ? 10 : 5;
  const json& limits = part_of(status, "limits");
  Table table({{"HOST"}, {"STATE"}, {"CPU"}, {"MEMORY"}, {"NETWORK"}, {"VMS"}, {"NOW"}});
  for (const json& host : list_of(status, "hosts")) {
    const std::string state = text_of(host, "state", "unknown");
    table.add({{text_of(host, "id", "?"), Tone::kBold},
               {state, tone_of_state(state)},
               load(host, "cpu", limits, columns),
               load(host, "memory", limits, columns),
               load(host, "network", limits, columns),
               {decimal(number_of(host, "vms"), 0), Tone::kPlain, true},
               {now(host), Tone::kPlain}});
  }
  return headline(head_parts(status), style) + own_troubles(status) + table.render(style) +
         paragraph(footer(status), style) + paragraph(refused(status), style) + unanswered(status);
}

std::string render_hosts(const json& status, const Style& style) {
  Table table({{"HOST"},
               {"STATE"},
               {"CORES", Tone::kPlain, true},
               {"GiB", Tone::kPlain, true},
               {"Mbit/s", Tone::kPlain, true},
               {"FOLLOWS"},
               {"EPOCH"},
               {"HEARD"},
               {"TROUBLE"}});
  const auto of = [](const json& host, const char* what, double unit, int decimals) {
    return decimal(number_of(part_of(host, "usage"), what) / unit, decimals) + "/" +
           decimal(number_of(part_of(host, "capacity"), what) / unit, 0);
  };
  for (const json& host : list_of(status, "hosts")) {
    const std::string state = text_of(host, "state", "unknown");
    const std::string follows = text_of(host, "follows");
    table.add({{text_of(host, "id", "?"), Tone::kBold},
               {state, tone_of_state(state)},
               {of(host, "cpu", 1, 1), Tone::kPlain, true},
               {of(host, "memory_mib", 1024, 1), Tone::kPlain, true},
               {of(host, "network_mbit", 1, 0), Tone::kPlain, true},
               {follows.empty() ? "-" : follows},
               {decimal(number_of(host, "epoch"), 0), Tone::kPlain, true},
               {age(number_of(host, "silent_s")) + " ago", Tone::kPlain, true},
               {flag_of(host, "barred") ? "two daemons with this id" : text_of(host, "trouble")}});
  }
  return table.render(style) + unanswered(status);
}

}  // namespace prumo::cli
