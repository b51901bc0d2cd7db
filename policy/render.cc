#include "policy/render.h"

#include <algorithm>
#include <cstdio>

#include "policy/cost.h"
#include "policy/layout.h"
#include "policy/text.h"

namespace prumo::policy {
namespace {

constexpr std::size_t kNameBytes = 24;
constexpr std::size_t kVmsShown = 20;
constexpr std::size_t kHostsShown = 12;

std::string shown(const std::string& name) { return harmless(clipped(name, kNameBytes)); }

std::string two(double x) {
  char text[400];
  std::snprintf(text, sizeof text, "%.2f", x);
  return text;
}

std::string whole(double x) {
  char text[400];
  std::snprintf(text, sizeof text, "%.0f", x);
  return text;
}

std::string heading(const Explanation& e, const std::vector<Move>& moves) {
  std::vector<std::string> parts;
  for (const Move& m : moves) parts.push_back(shown(m.name) + " to " + shown(m.to.value));
  return wrapped("", listed(parts, parts.size()) + ", from " + shown(e.host.value), 2);
}

/// "a; b; c" as a first line and indented ones.
std::string clauses(const std::string& start, const std::string& text, const std::string& next) {
  std::string out;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t end = std::min(text.find("; ", from), text.size());
    out += wrapped(from == 0 ? start : next, text.substr(from, end - from), next.size() + 2);
    from = end + 2;
  }
  return out;
}

std::string vm_table(const Explanation& e, std::size_t width) {
  const Resource worst = worst_of(e.utilisation);
  const std::string without = harmless(clipped(e.host.value, 9)) + " WITHOUT IT";
  std::string out = "  " + left("VM", width) + right("VOLUME", 7) + right("IMAGE", 10) +
                    right("COST", 8) + "  " + without + "\n";
  std::size_t rows = 0;
  for (const VmVerdict& v : e.vms) {
    if (rows >= kVmsShown && !v.chosen) continue;
    ++rows;
    const std::string numbers =
        "  " + left(shown(v.name), width) + right(two(v.volume.as_double()), 7) +
        right(whole(v.image_mib) + " MiB", 10) + right(two(v.cost.as_double()), 8) + "  " +
        left(std::string(name_of(worst)) + " " + number(v.source_without[worst]),
             std::max<std::size_t>(columns_of(without), 13)) +
        "  ";
    out += wrapped(numbers, (v.chosen ? "leaves: " : "") + v.reason, 6);
  }
  if (rows < e.vms.size()) {
    out +=
        "  and " + std::to_string(e.vms.size() - rows) + " more VMs (--format json lists them)\n";
  }
  return out;
}

/// The two fullest resources of the host with the VM added, in the usual order.
std::string load_of(const Utilisation& u) {
  const Resource least = *std::min_element(kResources.rbegin(), kResources.rend(),
                                           [&u](Resource a, Resource b) { return u[a] < u[b]; });
  std::string text;
  for (const Resource r : kResources) {
    if (r == least) continue;
    text += (text.empty() ? "" : ", ") + std::string(name_of(r)) + " " + number(u[r]);
  }
  return text;
}

std::string pair_line(const PairVerdict& v, std::size_t width, bool fuller_passed,
                      bool chosen_seen) {
  const std::string start =
      "  " + left(shown(v.host.value), width) + (v.fits ? "  yes  " : "  no   ");
  if (!v.fits) return wrapped(start, v.reason, 9);
  const std::string why = v.chosen      ? fuller_passed
                                              ? "chosen: the fullest that leaves room for the others"
                                              : "chosen: the fullest that fits"
                          : chosen_seen ? "kept free for something bigger"
                                        : "needed for another VM of the set";
  return wrapped(start + left(load_of(v.with_vm), 29) + " ", why, width + 9);
}

std::string pair_table(const Explanation& e, const Move& move) {
  std::vector<const PairVerdict*> rows;
  for (const PairVerdict& v : e.pairs) {
    if (v.vm == move.vm) rows.push_back(&v);
  }
  if (rows.empty()) return {};
  std::size_t width = 4;
  for (const PairVerdict* v : rows) width = std::max(width, columns_of(shown(v->host.value)));

  std::string out = "  Where " + shown(move.name) + " fits, fullest first\n";
  bool fuller_passed = false;
  bool chosen_seen = false;
  std::size_t lines = 0;
  for (const PairVerdict* v : rows) {
    if (lines >= kHostsShown && !v->chosen) continue;
    ++lines;
    out += pair_line(*v, width, fuller_passed, chosen_seen);
    fuller_passed = fuller_passed || v->fits;
    chosen_seen = chosen_seen || v->chosen;
  }
  if (lines < rows.size()) {
    out +=
        "  and " + std::to_string(rows.size() - lines) + " more hosts (--format json lists them)\n";
  }
  return out;
}

}  // namespace

std::string render(const Explanation& e, const std::vector<Move>& moves) {
  std::string out = moves.empty()
                        ? clauses("No relief for " + shown(e.host.value) + ": ", e.conclusion, "  ")
                        : heading(e, moves);
  if (!e.overload.empty()) {
    const bool over = e.overload.rfind("not overloaded", 0) != 0;
    out +=
        wrapped("  " + shown(e.host.value) + (over ? " was overloaded: " : " was "), e.overload, 4);
  }
  if (!moves.empty()) out += clauses("  ", e.conclusion, "  ");

  if (!e.vms.empty()) {
    std::size_t width = 6;
    for (const VmVerdict& v : e.vms) width = std::max(width, columns_of(shown(v.name)));
    out += vm_table(e, width);
  }
  for (const Move& move : moves) out += pair_table(e, move);
  if (e.limit_reached) {
    out += wrapped(
        "  ", "The search stopped at its work limit after " + std::to_string(e.nodes) + " nodes.",
        4);
  }
  if (e.left_out > 0) {
    out += wrapped("  ", std::to_string(e.left_out) + " more verdicts were left out of the record.",
                   4);
  }
  return out;
}

std::string render(const Relief& relief) {
  if (relief.moves.empty() && relief.explanation.conclusion.empty()) {
    return wrapped("No relief for " + shown(relief.host.value) + ": ", relief.infeasible, 2);
  }
  return render(relief.explanation, relief.moves);
}

}  // namespace prumo::policy
