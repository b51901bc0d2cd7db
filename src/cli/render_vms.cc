#include "src/cli/reading.h"
#include "src/cli/render.h"
#include "src/cli/table.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

std::string note(const json& vm) {
  if (const std::string why = text_of(vm, "needs_operator"); !why.empty())
    return "needs an operator, see below";
  if (const std::string pinned = text_of(vm, "pinned"); !pinned.empty()) return "stays: " + pinned;
  const double alone = number_of(vm, "left_alone_s");
  const double rests = number_of(vm, "cooldown_s");
  if (alone > rests) return "left alone for " + age(alone) + ": " + text_of(vm, "left_alone_why");
  return rests > 0 ? "moved or tried to lately, stays for " + age(rests) : "";
}

}  // namespace

std::string render_vms(const json& answer, const Style& style) {
  Table table({{"VM"},
               {"HOST"},
               {"STATE"},
               {"CORES", Tone::kPlain, true},
               {"MiB", Tone::kPlain, true},
               {"Mbit/s", Tone::kPlain, true},
               {"IMAGE MiB", Tone::kPlain, true},
               {"NOTE"}});
  for (const json& vm : list_of(answer, "vms")) {
    const std::string state = text_of(vm, "state", "?");
    const bool trouble = !text_of(vm, "needs_operator").empty();
    table.add({{text_of(vm, "name", "?"), Tone::kBold},
               {text_of(vm, "host", "?")},
               {state, state == "running" ? Tone::kPlain : Tone::kWarning},
               {decimal(number_of(vm, "cpu"), 2), Tone::kPlain, true},
               {decimal(number_of(vm, "memory_mib"), 0), Tone::kPlain, true},
               {decimal(number_of(vm, "network_mbit"), 0), Tone::kPlain, true},
               {decimal(number_of(vm, "image_mib"), 0), Tone::kPlain, true},
               {note(vm), trouble ? Tone::kBad : Tone::kPlain}});
  }
  std::string needs;
  for (const json& vm : list_of(answer, "vms"))
    if (const std::string why = text_of(vm, "needs_operator"); !why.empty())
      needs += paragraph(text_of(vm, "name", "?") + " on " + text_of(vm, "host", "?") +
                             " needs an operator: " + why,
                         style);
  const std::string away = names_in(answer, "away");
  if (!away.empty())
    needs +=
        paragraph("Not shown: what runs on " + away + ", not heard of now (prumo status).", style);
  return (table.empty() ? "No VMs.\n" : table.render(style)) + needs + unanswered(answer);
}

std::string render_migrations(const json& answer, const Style& style) {
  std::string out;
  Table running({{"RUNNING"},
                 {"VM"},
                 {"FROM"},
                 {"TO"},
                 {"DONE"},
                 {"LEFT MiB", Tone::kPlain, true},
                 {"FOR", Tone::kPlain, true},
                 {"PHASE"}});
  for (const json& m : list_of(answer, "running"))
    running.add({{text_of(m, "op", "?"), Tone::kBold},
                 {text_of(m, "vm", "?")},
                 {text_of(m, "from", "?")},
                 {text_of(m, "to", "?")},
                 {bar(number_of(m, "percent") / 100, 5) + " %"},
                 {decimal(number_of(m, "remaining_mib"), 0), Tone::kPlain, true},
                 {age(number_of(m, "elapsed_s")), Tone::kPlain, true},
                 {text_of(m, "phase", "?")}});
  out += running.empty() ? "No migration is running.\n" : running.render(style);
  Table past({{"ENDED"},
              {"OPERATION"},
              {"VM"},
              {"FROM"},
              {"TO"},
              {"TOTAL", Tone::kPlain, true},
              {"DOWN", Tone::kPlain, true},
              {"OUTCOME"}});
  for (const json& m : list_of(answer, "past")) {
    const std::string outcome = text_of(m, "outcome", "?");
    const std::string reason = text_of(m, "reason");
    const bool measured = number_of(m, "total_s") > 0;  // nothing is of what was not finished
    past.add(
        {{clock_of(text_of(m, "time", "?"))},
         {text_of(m, "op", "?"), Tone::kBold},
         {text_of(m, "vm", "?")},
         {text_of(m, "from", "?")},
         {text_of(m, "to", "?")},
         {measured ? decimal(number_of(m, "total_s"), 2) + " s" : "-", Tone::kPlain, true},
         {measured ? decimal(number_of(m, "downtime_ms"), 0) + " ms" : "-", Tone::kPlain, true},
         {outcome + (reason.empty() ? "" : ": " + reason),
          outcome == "done" ? Tone::kGood : Tone::kWarning}});
  }
  if (!past.empty()) out += "\n" + past.render(style);
  return out + unanswered(answer);
}

std::string render_event(const json& event, const Style& style) {
  const auto padded = [](std::string text, std::size_t width) {
    const std::size_t have = columns_of(text);
    return have < width ? text + std::string(width - have, ' ') : text;
  };
  return clock_of(text_of(event, "time", "?"), true) + " " +
         padded(text_of(event, "host", "?"), 4) + " " +
         toned(padded(text_of(event, "kind", "?"), 10), Tone::kBold, style) + " " +
         padded(text_of(event, "subject"), 8) + " " + text_of(event, "text") + "\n";
}

}  // namespace prumo::cli
