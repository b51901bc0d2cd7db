#include <algorithm>

#include "src/cli/reading.h"
#include "src/cli/render.h"
#include "src/cli/table.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kBar = 12;

std::string span(double seconds) {
  return seconds < 1 ? decimal(seconds * 1000, 0) + " ms" : age(seconds);
}

std::string mib_s(double rate) { return decimal(rate, rate < 10 ? 1 : 0) + " MiB/s"; }

/// "expected pre-copy in 1.2 s, downtime 65 ms, 120 MiB".
std::string prediction(const json& plan) {
  const std::string text = text_of(part_of(plan, "prediction"), "text");
  return std::string(flag_of(plan, "chosen") ? "by auto, " : "") +
         (text.empty() ? text_of(plan, "method", "?") : "expected " + text);
}

/// "  h1: …", with what does not fit a line under it.
std::string named_item(const std::string& name, const std::string& text, const Style& style) {
  std::string out;
  for (const std::string& line :
       wrapped(name + ": " + text, static_cast<std::size_t>(style.width) - 4))
    out += (out.empty() ? "  " : "    ") + line + "\n";
  return out;
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
  const std::string how = prediction(plan) + "; bandwidth " +
                          (bandwidth > 0 ? "at most " + mib_s(bandwidth) : "unlimited") +
                          ", the guest stopped for at most " +
                          span(number_of(settings, "max_downtime_ms") / 1000) +
                          ", given up after " + span(number_of(settings, "deadline_s"));
  return paragraph(vm + " from " + from + " to " + to + (would ? ": yes" : ": no"), style) +
         named_item(from, flag_of(source, "begins") ? "would begin it now" : text_of(source, "why"),
                    style) +
         named_item(to,
                    flag_of(destination, "takes") ? "would take it now"
                                                  : "would refuse: " + text_of(destination, "why"),
                    style) +
         named_item("how", how, style) + "Nothing was done.\n";
}

std::string render_progress(const json& now, const Style& style) {
  std::string out = text_of(now, "vm", "?") + " " + text_of(now, "from", "?") + " -> " +
                    text_of(now, "to", "?") + "  ";
  if (text_of(now, "phase") != "migrating") return out + "asks the destination";
  // One line, so that it can be drawn over: what does not fit is left out.
  const auto add = [&out, &style](const std::string& part) {
    if (columns_of(out + part) < static_cast<std::size_t>(style.width)) out += part;
  };
  add(bar(number_of(now, "percent") / 100, kBar) + " %");
  if (const double seconds = left(now); seconds >= 0) add(", ends in " + age(seconds));
  add(", " + decimal(number_of(now, "remaining_mib"), 0) + " MiB left");
  if (const double dirty = number_of(now, "dirty_mib_s"); dirty > 0)
    add(", writes " + mib_s(dirty));
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
