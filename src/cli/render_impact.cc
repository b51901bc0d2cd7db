#include "src/cli/reading.h"
#include "src/cli/render.h"
#include "src/cli/table.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

/// "0.4 ms", "45 ms", "1.23 s".
std::string time_text(double ms) {
  if (ms < 10) return decimal(ms, 1) + " ms";
  return ms < 1000 ? decimal(ms, 0) + " ms" : decimal(ms / 1000, 2) + " s";
}
std::string time_of(const json& from, const char* key, const char* otherwise) {
  return from.contains(key) && from[key].is_number() ? time_text(from[key].get<double>())
                                                     : otherwise;
}
std::string percent(double share) {
  if (share <= 0) return "0 %";
  return decimal(100 * share, share < 0.01 ? 2 : 1) + " %";
}

std::vector<Cell> row_of(const std::string& name, const json& s) {
  const auto right = [](std::string text) { return Cell{std::move(text), Tone::kPlain, true}; };
  const bool failing = number_of(s, "failed_share") > 0;
  return {{name, Tone::kBold},
          right(age(number_of(s, "span_s"))),
          right(decimal(number_of(s, "throughput_per_s"), 1) + "/s"),
          {percent(number_of(s, "failed_share")), failing ? Tone::kWarning : Tone::kPlain, true},
          right(time_of(s, "p50_ms", "none")),
          right(time_of(s, "p95_ms", "none")),
          right(time_of(s, "p99_ms", "none")),
          right(time_of(s, "max_ms", "none")),
          right(percent(number_of(s, "over_share")))};
}

std::string silence_text(const json& passage) {
  const json& silence = part_of(passage, "silence");
  if (!silence.is_object() || silence.empty()) return "not measured from outside: nothing answered";
  if (!flag_of(silence, "ended"))
    return "seen from outside: since " + decimal(number_of(silence, "begin_s"), 1) +
           " s nothing answers any more";
  return time_text(number_of(silence, "ms")) + " seen from outside, in which " +
         decimal(number_of(silence, "due"), 0) + " requests were due and " +
         decimal(number_of(silence, "lost"), 0) + " were never answered";
}

std::string passage_text(const json& p, const Style& style) {
  const std::string outcome = text_of(p, "outcome", "?");
  const std::string reason = text_of(p, "reason");
  const std::string to = text_of(p, "to");
  const bool told = p.contains("total_s") && p["total_s"].is_number();
  Table table({{(to.empty() ? "" : text_of(p, "from") + " -> " + to + " ") + outcome}, {reason}});
  table.add(
      {{"  total"},
       {decimal(number_of(p, "end_s") - number_of(p, "begin_s"), 2) + " s from start to end" +
        (told ? "; " + decimal(number_of(p, "total_s"), 2) + " s as libvirt reports it" : "")}});
  table.add(
      {{"  downtime"},
       {silence_text(p) + "; " + time_of(p, "downtime_ms", "unknown") + " as libvirt reports it"}});
  return table.render(style);
}

std::string prober_text(const json& prober, const Style& style) {
  const double late = number_of(prober, "p99_late_ms");
  const double kept = number_of(prober, "saturates_per_s");
  const std::string limit =
      kept <= 0
          ? "could not keep even a low rate on this machine"
          : (flag_of(prober, "saturation_reached") ? "saturates at about " : "keeps up at least ") +
                decimal(kept, 0) + " requests/s on this machine";
  return paragraph("The prober itself sent 99 of 100 requests at most " + time_text(late) +
                       " late, all at most " + time_text(number_of(prober, "most_late_ms")) +
                       "; it " + limit + ".",
                   style) +
         (flag_of(prober, "trustworthy")
              ? ""
              : toned(
                    paragraph("These figures are partly the prober's own: it can't keep this rate "
                              "here. Lower --rate, or probe from a machine with less to do.",
                              style),
                    Tone::kWarning, style));
}

}  // namespace

std::string render_impact(const json& report, const Style& style) {
  Table table({{""},
               {"FOR", Tone::kPlain, true},
               {"ANSWERED", Tone::kPlain, true},
               {"FAILED", Tone::kPlain, true},
               {"p50", Tone::kPlain, true},
               {"p95", Tone::kPlain, true},
               {"p99", Tone::kPlain, true},
               {"MAX", Tone::kPlain, true},
               {"OVER", Tone::kPlain, true}});
  std::string out = text_of(report, "probe") + ", " + decimal(number_of(report, "rate_per_s"), 1) +
                    " requests/s\n";
  const json& passages = list_of(report, "passages");
  for (const json& p : passages) {
    out += passage_text(p, style);
    table.add(row_of("before", part_of(p, "before")));
    table.add(row_of("during", part_of(p, "during")));
    table.add(row_of("after", part_of(p, "after")));
  }
  if (passages.empty()) {
    table.add(row_of("all", part_of(report, "whole")));
    Table silence({{"longest silence"}, {silence_text(report)}});
    out += silence.render(style);
  }
  out += "\n" + table.render(style) +
         paragraph("OVER: slower than the service level of " +
                       time_text(number_of(report, "service_level_ms")) +
                       ", or failed. Response times count from when a request was due; none: a "
                       "request that got no answer decides.",
                   style);
  for (const auto& [error, count] : part_of(report, "errors").items())
    out += "  " + decimal(count.get<double>(), 0) + " x " + error + "\n";
  return out + prober_text(part_of(report, "prober"), style);
}

}  // namespace prumo::cli
