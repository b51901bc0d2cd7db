#include "src/daemon/basis.h"

#include <variant>

#include "config/key.h"
#include "src/daemon/clock.h"
#include "src/daemon/notes.h"
#include "src/wire/snapshot_json.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;

/// Every key of [policy] with its value, numbers to the bit.
json settings_of(const policy::Parameters& parameters) {
  config::Config config;
  config.parameters.policy = parameters;
  json out = json::object();
  constexpr std::string_view kTable = "policy.";
  for (const config::Key& key : config::keys()) {
    if (!key.name.starts_with(kTable)) continue;
    json& value = out[std::string(key.name.substr(kTable.size()))];
    if (const auto* number = std::get_if<config::NumberKey>(&key.kind)) {
      value = number->at(config);
    } else if (const auto* count = std::get_if<config::CountKey>(&key.kind)) {
      value = count->get(config);
    } else if (const auto* flag = std::get_if<config::FlagKey>(&key.kind)) {
      value = flag->at(config);
    } else if (const auto* choice = std::get_if<config::ChoiceKey>(&key.kind)) {
      value = choice->choices[choice->get(config)];
    } else {
      value = config::value_text(key, config);
    }
  }
  return out;
}

}  // namespace

store::Basis basis_of(const note::Weighed& note, const std::string& by, std::int64_t unix_ms) {
  json out = wire::to_json(note.input);
  out["round"] = to_string(note.round);
  out["time"] = iso_time(unix_ms);
  out["by"] = by;
  out["settings"] = settings_of(note.input.parameters);
  std::string text = to_text(out);
  if (text.size() > store::kBasisMost) {
    for (json& host : out["hosts"]) host.erase("samples");
    text = to_text(out);
  }
  return {unix_ms, to_string(note.round), std::move(text)};
}

}  // namespace prumo::daemon
