// A snapshot for `prumo plan`: one line that says what is wrong with it, or a decision.

#include <nlohmann/json.hpp>

#include "policy/plan.h"
#include "policy/render.h"
#include "src/wire/snapshot_json.h"
#include "tests/fuzz/input.h"

using namespace prumo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto snapshot = wire::parse_snapshot(fuzz::text_of(data, size));
  if (!snapshot) {
    fuzz::require_one_line(snapshot.error().message);
    return 0;
  }
  const auto dumped = [](const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  const std::string written = dumped(wire::to_json(*snapshot));
  const auto again = wire::parse_snapshot(written);
  fuzz::require(again && dumped(wire::to_json(*again)) == written, "a snapshot survives a journey");

  policy::Parameters p;
  p.work_limit = 2000;
  const policy::Decision decision = policy::plan(*snapshot, p);
  for (const policy::Relief& relief : decision.reliefs) {
    (void)policy::render(relief);
    const auto read = wire::explanation_from_json(wire::to_json(relief.explanation));
    fuzz::require(read.has_value(), "an explanation survives a journey");
  }
  return 0;
}
