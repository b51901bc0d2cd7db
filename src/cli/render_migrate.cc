#include <algorithm>

#include "src/cli/reading.h"
#include "src/cli/render.h"
#include "src/cli/table.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kBar = 20;

std::string span(double seconds) {
  return seconds < 1 ? decimal(seconds * 1000, 0) + " ms" : age(seconds);
}

std::string mib_s(double rate) { return decimal(rate, rate < 10 ? 1 : 0) + " MiB/s"; }

/// "pre-copy, about 1.2 s, 340 MiB copied, downtime 65 ms".
std::string prediction(const json& plan) {
  const json& p = part_of(plan, "prediction");
  std::string out = text_of(plan, "method", "?");
  if (flag_of(plan, "chosen")) out += " (chosen by auto)";
  if (p.empty()) return out;
  if (!flag_of(p, "converges")) out += ", does not converge by itself";
  return out + ", about " + span(number_of(p, "total_s")) + ", " +
         decimal(number_of(p, "copied_mib"), 0) + " MiB copied, downtime " +
         span(number_of(p, "downtime_ms") / 1000);
}

/// Seconds to its end at the present pace; below 0: none can be told.
double left(const json& now) {
  const double remaining = number_of(now, "remaining_mib");
  const double copied = number_of(now, "total_mib") - remaining;
  const double rate = number_of(now, "rate_mib_s");
  const double dirty = number_of(now, "dirty_mib_s");
  if (rate > 0) return rate > dirty ? remaining / (rate - dirty) : -1;
  const double elapsed = number_of(now, "elapsed_s");
  return copied > 0 && elapsed > 0 ? remaining * elapsed / copied : -1;
}

}  // namespace

std::string render_begun(const json& begun, const Style& style) {
  return paragraph(text_of(begun, "vm", "?") + " leaves " + text_of(begun, "from", "?") + " for " +
                       text_of(begun, "to", "?") + " (" + text_of(begun, "op", "?") +
                       "): " + prediction(part_of(begun, "plan")),
                   style);
}

std::string render_dry_run(const json& tried, const Style& style) {
  const std::string vm = text_of(tried, "vm", "?");
  const std::string from = text_of(tried, "from", "?");
  const std::string to = text_of(tried, "to", "?");
  const json& source = part_of(tried, "source");
  const json& destination = part_of(tried, "destination");
  const json& plan = part_of(tried, "plan");
  const json& settings = part_of(plan, "settings");
  const double bandwidth = number_of(settings, "bandwidth_mib_s");
  const bool would = flag_of(source, "begins") && flag_of(destination, "takes");
  std::string how = prediction(plan) + "; bandwidth " +
                    (bandwidth > 0 ? "at most " + mib_s(bandwidth) : "unlimited") +
                    ", the guest stopped for at most " +
                    span(number_of(settings, "max_downtime_ms") / 1000) + ", given up after " +
                    span(number_of(settings, "deadline_s"));
  return paragraph(vm + " from " + from + " to " + to + (would ? ": yes" : ": no"), style) +
         paragraph("  " + from + ": " +
                       (flag_of(source, "begins") ? "would begin it now" : text_of(source, "why")),
                   style) +
         paragraph(
             "  " + to + ": " +
                 (flag_of(destination, "takes") ? "would take it now"
                                                : "would refuse: " + text_of(destination, "why")),
             style) +
         paragraph("  how: " + how, style) + "Nothing was done.\n";
}

std::string render_progress(const json& now) {
  const std::string what = text_of(now, "vm", "?") + " " + text_of(now, "from", "?") + " -> " +
                           text_of(now, "to", "?") + "  ";
  if (text_of(now, "phase") != "migrating") return what + "asks the destination";
  std::string out = what + bar(number_of(now, "percent") / 100, kBar) + " %, " +
                    decimal(number_of(now, "remaining_mib"), 0) + " MiB left";
  if (const double dirty = number_of(now, "dirty_mib_s"); dirty > 0)
    out += ", writes " + mib_s(dirty);
  if (const double seconds = left(now); seconds >= 0) out += ", ends in " + age(seconds);
  return out;
}

std::string render_outcome(const json& ended, const Style& style) {
  const std::string vm = text_of(ended, "vm", "?");
  const std::string outcome = text_of(ended, "outcome", "?");
  const std::string reason = text_of(ended, "reason");
  if (outcome == "done") {
    std::string out = vm + " runs on " + text_of(ended, "to", "?");
    if (const double total = number_of(ended, "total_s"); total > 0)
      out +=
          ", total " + span(total) + ", downtime " + span(number_of(ended, "downtime_ms") / 1000);
    return paragraph(toned(out, Tone::kGood, style) + (reason.empty() ? "" : "; " + reason), style);
  }
  const std::string what = outcome == "needs operator"
                               ? vm + " needs an operator (prumo vms)"
                               : vm + " stays on " + text_of(ended, "from", "?") + ", " + outcome;
  return paragraph(toned(what, Tone::kWarning, style) + ": " + reason, style);
}

}  // namespace prumo::cli
