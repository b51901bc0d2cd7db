#include "policy/conclusion.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "policy/cost.h"
#include "policy/items.h"
#include "policy/nearest.h"
#include "policy/overload.h"
#include "policy/text.h"

namespace prumo::policy {
namespace {

std::string short_name(const Candidate& c) { return clipped(c.name(), kNameBytes); }
std::string short_name(const Host& h) { return clipped(h.id.value, kNameBytes); }

bool movable(const Candidate& c) { return c.stays.empty(); }

std::string pinned_vms(const Problem& p) {
  std::vector<std::string> parts;
  for (const Candidate& c : p.candidates) {
    parts.push_back(short_name(c) + " (" + clipped(c.stays, kReasonBytes) + ")");
  }
  return listed(parts, 3);
}

Utilisation without_all_movable(const Problem& p) {
  Utilisation u = p.utilisation;
  for (const Candidate& c : p.candidates) {
    if (movable(c)) u = without(u, c.on_source);
  }
  return u;
}

std::string limit_text(const Parameters& parameters) {
  return "the search stopped at its work limit of " + std::to_string(parameters.work_limit) +
         " nodes";
}

/// "cpu 0.921 must fall to 0.850: at least 1.1 cores must leave", one clause a resource.
std::string what_must_leave(const Problem& p) {
  std::string text;
  for (const Resource r : exceeding(p.utilisation, p.target)) {
    if (p.utilisation[r] >= kBeyond) continue;
    const double excess = (p.utilisation[r] - p.target).as_double() * p.source->capacity[r];
    text += "; " + std::string(name_of(r)) + " " + number(p.utilisation[r]) + " must fall to " +
            number(p.target) + ": at least " + amount(r, excess) + " must leave";
  }
  return text;
}

/// Where hosts, not VMs, are short: what could leave at most, at one VM a host.
std::string most_that_can_leave(const Problem& p) {
  const Resource r = worst_of(p.utilisation);
  const double capacity = p.source->capacity[r];
  std::vector<std::string> names;
  Micro sum;
  for (const std::size_t i : heaviest_assignable(p, r)) {
    sum = sum + p.candidates[i].on_source[r];
    names.push_back(short_name(p.candidates[i]));
  }
  const Micro need = p.utilisation[r] - p.target;
  if (names.empty() || sum >= need) return {};
  return "; at most " + listed(names) + " can leave at once, " +
         amount(r, sum.as_double() * capacity) + ": still " +
         amount(r, (need - sum).as_double() * capacity) + " short";
}

std::string what_would_help(const Problem& p, const Parameters& parameters) {
  const Candidate* helped = nullptr;
  Nearest best;
  for (const Candidate& c : p.candidates) {
    if (!movable(c) || !c.enough) continue;
    const auto n = nearest(p, c);
    if (!n || (helped != nullptr && n->lack >= best.lack)) continue;
    best = *n;
    helped = &c;
  }
  std::vector<std::string> ways;
  if (helped != nullptr) {
    const Destination& d = p.destinations[best.destination];
    ways.push_back(lacking(p, *helped, d) + " free on " + short_name(*d.host) + " (for " +
                   short_name(*helped) + ")");
  }
  const auto target = helpful_target(p);
  if (target && *target < Micro::of(parameters.overload)) {
    ways.push_back("target " + number(*target).substr(0, 4));
  }
  if (ways.empty()) return {};
  return "; what would help: " + ways.front() + (ways.size() > 1 ? ", or " + ways.back() : "");
}

/// What no destination could change; empty when the source's VMs could relieve it.
std::string source_says_no(const Problem& p) {
  const std::string host = short_name(*p.source);
  if (at_most(p.utilisation, p.target)) {
    return host + " is at most " + number(p.target) + " on every resource already";
  }
  const Resource worst = worst_of(p.utilisation);
  if (p.utilisation[worst] >= kBeyond) {
    return host + " uses " + name_of(worst) +
           " but has a capacity of 0 there, which no move changes";
  }
  if (p.candidates.empty()) return host + " runs no VM that could leave";
  if (std::none_of(p.candidates.begin(), p.candidates.end(), movable)) {
    return "every VM of " + host + " must stay: " + pinned_vms(p);
  }
  const Utilisation emptied = without_all_movable(p);
  if (at_most(emptied, p.target)) return {};
  return "even without every VM that may leave, " + overload_text(emptied, p.target);
}

std::string destinations_say_no(const Problem& p) {
  if (p.destinations.empty()) return "there is no other host";
  const bool open =
      std::any_of(p.destinations.begin(), p.destinations.end(),
                  [](const Destination& d) { return !d.taken && d.host->closed.empty(); });
  return open ? std::string() : "no other host takes a VM now (" + closed_hosts(p) + ")";
}

std::string why_these(const Problem& p, const Parameters& parameters, const Choice& choice) {
  if (choice.vms.size() == 1) {
    return short_name(p.candidates[choice.vms.front()]) + " goes to " +
           short_name(*p.destinations[choice.hosts.front()].host) + ": " +
           why_chosen(p, choice, choice.vms.front()) + ", to the fullest host that fits";
  }
  Micro total;
  std::vector<std::string> names;
  for (const std::size_t i : choice.vms) {
    total = total + p.candidates[i].cost;
    names.push_back(short_name(p.candidates[i]));
  }
  char cost[64];
  std::snprintf(cost, sizeof cost, "%.2f", total.as_double());
  std::string text = listed(names) + " leave together, at a cost of " + cost;
  if (choice.limit_reached) return text;
  return text + (parameters.objective == Objective::kLeastCost
                     ? ": no set of any size that is enough costs less"
                     : ": no smaller set is enough, and none of this size costs less");
}

}  // namespace

std::string why_chosen(const Problem& p, const Choice& choice, std::size_t candidate) {
  if (choice.partial) {
    return std::string("lowers ") + name_of(worst_of(p.utilisation)) +
           " the most, though not enough";
  }
  if (choice.vms.size() > 1) {
    std::vector<std::string> others;
    for (const std::size_t i : choice.vms) {
      if (i != candidate) others.push_back(short_name(p.candidates[i]));
    }
    return "enough together with " + listed(others);
  }
  const auto cheaper_end = p.candidates.begin() + static_cast<std::ptrdiff_t>(candidate);
  if (candidate == 0) return "cheapest, and enough";
  const bool skipped = std::any_of(p.candidates.begin(), cheaper_end,
                                   [](const Candidate& c) { return movable(c) && c.enough; });
  return skipped ? "cheapest that is enough and fits somewhere" : "cheapest that is enough";
}

std::string why_not(const Problem& p, const Parameters& parameters, const Choice& choice) {
  std::string why = source_says_no(p);
  if (why.empty()) why = destinations_say_no(p);
  if (why.empty() && choice.limit_reached)
    why = limit_text(parameters) + " and had found no set by then";
  if (why.empty()) why = "no host takes any set of its VMs that would be enough";
  return why;
}

std::string conclude(const Problem& p, const Parameters& parameters, const Choice& choice) {
  if (!choice.vms.empty() && !choice.partial) {
    return why_these(p, parameters, choice) +
           (choice.limit_reached
                ? "; " + limit_text(parameters) + ": a smaller or cheaper set may exist"
                : "");
  }
  std::string text = why_not(p, parameters, choice);
  if (at_most(p.utilisation, p.target)) return text;
  text += what_must_leave(p);
  if (source_says_no(p).empty()) text += most_that_can_leave(p) + what_would_help(p, parameters);
  if (choice.partial) {
    const Candidate& c = p.candidates[choice.vms.front()];
    const Resource r = worst_of(p.utilisation);
    text += "; meanwhile " + short_name(c) + " leaves for " +
            short_name(*p.destinations[choice.hosts.front()].host) + ": " + name_of(r) +
            " falls to " + number(c.source_without[r]);
  }
  return text;
}

}  // namespace prumo::policy
