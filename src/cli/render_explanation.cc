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

std::string headline(const json& answer) {
  std::string out = "Round " + text_of(answer, "round", "?") + ", " +
                    clock_of(text_of(answer, "time", "?")) + ", by " + text_of(answer, "by", "?");
  if (const double took = number_of(answer, "took_us"); took > 0)
    out += " in " + decimal(took / 1000, 2) + " ms";
  if (flag_of(answer, "advice")) out += ", as advice only";
  if (const double retry = number_of(answer, "retry_in_s"); retry > 0)
    out += ", tried again in " + age(retry);
  return out + "\n";
}

}  // namespace

std::string render_explanation(const json& answer, const Style& style, const std::string& about) {
  if (!flag_of(answer, "found"))
    return "No decision" + about +
           " is remembered; hosts ask for relief only when overloaded (prumo status).\n" +
           unanswered(answer);
  const auto explanation = wire::explanation_from_json(part_of(answer, "explanation"));
  // The explanation of an older or newer version: its own words are better than none.
  const std::string body = explanation ? policy::render(*explanation, moves_of(answer))
                                       : paragraph(text_of(answer, "text"), style);
  return headline(answer) + body + unanswered(answer);
}

}  // namespace prumo::cli
