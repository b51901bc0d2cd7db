#include "policy/render.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "policy/cost.h"
#include "policy/layout.h"
#include "policy/text.h"

namespace prumo::policy {
namespace {

constexpr std::size_t kColumnBytes = 24;
constexpr std::size_t kVmsShown = 10;
constexpr std::size_t kHostsShown = 8;

std::string shown(const std::string& name) { return harmless(clipped(name, kColumnBytes)); }

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

/// Positions of the rows to show, ascending: the chosen, then those that would be enough, then the
/// rest, as far as they fit on a page.
template <class Row, class Enough>
std::vector<const Row*> worth_a_line(const std::vector<const Row*>& rows, std::size_t most,
                                     const Enough& enough) {
  std::vector<bool> shown(rows.size(), false);
  std::size_t count = 0;
  for (const int turn : {0, 1, 2}) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool wanted = turn == 0 ? rows[i]->chosen : turn == 2 || enough(*rows[i]);
      if (shown[i] || !wanted || (turn > 0 && count >= most)) continue;
      shown[i] = true;
      ++count;
    }
  }
  std::vector<const Row*> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (shown[i]) out.push_back(rows[i]);
  }
  return out;
}

std::string and_more(std::size_t count, const char* what, const View& view) {
  if (count == 0) return {};
  return wrapped("  ", "and " + std::to_string(count) + " more " + what + " (" + view.more + ")",
                 4);
}

std::string vm_table(const Explanation& e, const View& view) {
  std::vector<const VmVerdict*> all;
  for (const VmVerdict& v : e.vms) all.push_back(&v);
  const auto rows = worth_a_line(all, view.full ? SIZE_MAX : kVmsShown,
                                 [](const VmVerdict& v) { return v.enough; });
  std::size_t width = 6;
  for (const VmVerdict* v : rows) width = std::max(width, columns_of(shown(v->name)));
  const Resource worst = worst_of(e.utilisation);
  const std::string without = harmless(clipped(e.host.value, 9)) + " WITHOUT IT";
  std::string out = "  " + left("VM", width) + right("VOLUME", 7) + right("IMAGE", 10) +
                    right("COST", 8) + "  " + without + "\n";
  for (const VmVerdict* v : rows) {
    const std::string numbers =
        "  " + left(shown(v->name), width) + right(two(v->volume.as_double()), 7) +
        right(whole(v->image_mib) + " MiB", 10) + right(two(v->cost.as_double()), 8) + "  " +
        left(std::string(name_of(worst)) + " " + number(v->source_without[worst]),
             std::max<std::size_t>(columns_of(without), 13)) +
        "  ";
    constexpr std::size_t kLeast = 24;  // columns, below which the reason goes on under the name
    const std::size_t column = columns_of(numbers);
    out += wrapped(numbers, (v->chosen ? "leaves: " : "") + v->reason,
                   column + kLeast <= kColumns ? column : 6);
  }
  return out + and_more(all.size() - rows.size(), "VMs", view);
}

/// What the migrations of the chosen VMs are expected to take.
std::string expected(const Explanation& e) {
  std::string out;
  for (const VmVerdict& v : e.vms) {
    if (v.chosen && v.forecast)
      out += wrapped("  ", shown(v.name) + " is expected to go by " + in_words(*v.forecast), 4);
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

std::string pair_line(const PairVerdict& v, std::size_t width, const std::string& why) {
  const std::string start =
      "  " + left(shown(v.host.value), width) + (v.fits ? "  yes  " : "  no   ");
  if (v.fits) return wrapped(start + left(load_of(v.with_vm), 29) + " ", why, width + 9);
  return wrapped(start, v.reason + (v.lacks.empty() ? "" : ", lacks " + v.lacks), width + 9);
}

std::string pair_rows(const std::vector<const PairVerdict*>& all, const View& view) {
  const auto rows = worth_a_line(all, view.full ? SIZE_MAX : kHostsShown,
                                 [](const PairVerdict& v) { return !v.fits; });
  std::size_t width = 4;
  for (const PairVerdict* v : rows) width = std::max(width, columns_of(shown(v->host.value)));
  const bool any_chosen =
      std::any_of(all.begin(), all.end(), [](const PairVerdict* v) { return v->chosen; });
  std::string out;
  bool fuller_passed = false;
  bool chosen_seen = false;
  for (const PairVerdict* v : rows) {
    const char* why = !any_chosen   ? ""
                      : v->chosen   ? fuller_passed
                                          ? "chosen: the fullest that leaves room for the others"
                                          : "chosen: the fullest that fits"
                      : chosen_seen ? "kept free for something bigger"
                                    : "needed for another VM of the set";
    out += pair_line(*v, width, why);
    fuller_passed = fuller_passed || v->fits;
    chosen_seen = chosen_seen || v->chosen;
  }
  return out + and_more(all.size() - rows.size(), "hosts", view);
}

/// Where each VM that matters could go: the ones that move; without moves the first listed, which
/// would have been enough; with `full` all.
std::string pair_tables(const Explanation& e, const std::vector<Move>& moves, const View& view) {
  std::string out;
  std::vector<VmId> done;
  for (const PairVerdict& first : e.pairs) {
    if (std::find(done.begin(), done.end(), first.vm) != done.end()) continue;
    const bool moved =
        std::any_of(moves.begin(), moves.end(), [&](const Move& m) { return m.vm == first.vm; });
    if (!view.full && !moved && !(moves.empty() && done.empty())) continue;
    done.push_back(first.vm);
    out += render_places(e, first.vm, view);
  }
  return out;
}

std::string heading(const Explanation& e, const std::vector<Move>& moves, const View& view) {
  std::string round = view.round;
  if (moves.empty()) {
    return clauses("No relief for " + shown(e.host.value) +
                       (round.empty() ? "" : " (" + harmless(round) + ")") + ": ",
                   e.conclusion, "  ");
  }
  if (!round.empty()) {
    if (round.front() >= 'a' && round.front() <= 'z') {
      round.front() = static_cast<char>(round.front() - 'a' + 'A');
    }
    round += ": ";
  }
  return wrapped(round, summary(e.host, moves), 2);
}

}  // namespace

std::string render_places(const Explanation& e, const VmId& vm, const View& view) {
  std::vector<const PairVerdict*> rows;
  for (const PairVerdict& v : e.pairs) {
    if (v.vm == vm) rows.push_back(&v);
  }
  if (rows.empty()) return {};
  const auto verdict =
      std::find_if(e.vms.begin(), e.vms.end(), [&](const VmVerdict& v) { return v.vm == vm; });
  const std::string name = verdict == e.vms.end() ? vm.value : verdict->name;
  const bool any =
      std::any_of(rows.begin(), rows.end(), [](const PairVerdict* v) { return v->fits; });
  return (any ? "  Where " + shown(name) + " fits, fullest first\n"
              : "  " + shown(name) + " fits on none of these, fullest first\n") +
         pair_rows(rows, view);
}

std::string summary(const HostId& host, const std::vector<Move>& moves) {
  if (moves.empty()) return "no relief for " + shown(host.value);
  if (moves.size() == 1) {
    return shown(moves[0].name) + " from " + shown(host.value) + " to " + shown(moves[0].to.value);
  }
  std::vector<std::string> parts;
  for (const Move& m : moves) parts.push_back(shown(m.name) + " to " + shown(m.to.value));
  return listed(parts, parts.size()) + ", from " + shown(host.value);
}

std::string render(const Explanation& e, const std::vector<Move>& moves, const View& view) {
  std::string out = heading(e, moves, view);
  if (!e.overload.empty()) {
    const bool over = e.overload.rfind("not overloaded", 0) != 0;
    out +=
        wrapped("  " + shown(e.host.value) + (over ? " was overloaded: " : " was "), e.overload, 4);
  }
  if (!moves.empty()) out += clauses("  ", e.conclusion, "  ");
  if (!e.vms.empty()) out += vm_table(e, view);
  out += expected(e);
  out += pair_tables(e, moves, view);
  if (e.limit_reached) {
    out += wrapped(
        "  ", "The search stopped at its work limit after " + std::to_string(e.nodes) + " nodes.",
        4);
  }
  if (view.full && e.left_out > 0) {
    out += wrapped("  ", std::to_string(e.left_out) + " more verdicts were left out of the record.",
                   4);
  }
  return out;
}

std::string render(const Relief& relief, const View& view) {
  if (relief.moves.empty() && relief.explanation.conclusion.empty()) {
    return wrapped("No relief for " + shown(relief.host.value) + ": ", relief.infeasible, 2);
  }
  return render(relief.explanation, relief.moves, view);
}

}  // namespace prumo::policy
