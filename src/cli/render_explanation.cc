#include "policy/render.h"
#include "src/cli/reading.h"
#include "src/cli/render.h"
#include "src/cli/table.h"
#include "src/wire/snapshot_json.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

std::vector<policy::Move> moves_of(const json& answer) {
  std::vector<policy::Move> out;
  for (const json& m : list_of(answer, "moves"))
    out.push_back({VmId(text_of(m, "vm")), text_of(m, "name"), HostId(text_of(m, "from")),
                   HostId(text_of(m, "to")), Micro::of(number_of(m, "cost")),
                   Micro::of(number_of(m, "volume")), number_of(m, "image_mib")});
  return out;
}

std::string round_of(const json& decision) {
  std::string out = "round " + text_of(decision, "round", "?") + ", " +
                    clock_of(text_of(decision, "time", "?")) + ", by " +
                    text_of(decision, "by", "?");
  if (flag_of(decision, "advice")) out += ", as advice only";
  if (const double retry = number_of(decision, "retry_in_s"); retry > 0)
    out += ", tried again in " + age(retry);
  return out;
}

std::string render_decision(const json& decision, const Style& style, bool full) {
  const auto explanation = wire::explanation_from_json(part_of(decision, "explanation"));
  // The explanation of an older or newer version: its own words are better than none.
  if (!explanation) return paragraph(round_of(decision) + ": " + text_of(decision, "text"), style);
  return policy::render(*explanation, moves_of(decision),
                        {full, round_of(decision),
                         "prumo explain --round " + text_of(decision, "round", "?") + " --full"});
}

}  // namespace

std::string nothing_decided(const std::string& about) {
  return "no decision" + about + " is remembered; " +
         (about.starts_with(" of round")
              ? "prumo explain shows the last one"
              : "hosts ask for relief only when overloaded (prumo status)");
}

std::string render_explanation(const json& answer, const Style& style, const std::string& about,
                               bool full) {
  if (!flag_of(answer, "found"))
    return paragraph("N" + nothing_decided(about).substr(1) + ".", style) + unanswered(answer);
  std::string out = render_decision(answer, style, full);
  for (const json& other : list_of(answer, "others"))
    out += "\n" + render_decision(other, style, full);
  std::string hosts;
  for (const json& host : list_of(answer, "left_out"))
    if (host.is_string()) hosts += (hosts.empty() ? "" : ", ") + host.get<std::string>();
  if (!hosts.empty())
    out += paragraph(
        "Decided in the same round, too long to be told here: " + hosts + " (prumo explain HOST)",
        style);
  return out + unanswered(answer);
}

}  // namespace prumo::cli
