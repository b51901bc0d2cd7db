#include "src/cli/basis.h"

#include <map>

#include "config/key.h"
#include "src/cli/reading.h"
#include "src/cli/settings.h"
#include "src/wire/snapshot_json.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

/// A contradiction between a setting of the round and one that was given is told of the given ones.
Failure by_what_was_set(Failure wrong, const std::vector<std::string>& set) {
  std::string given;
  for (const std::string& setting : set) {
    if (wrong.message.starts_with("--set " + setting + ":")) return wrong;
    given += (given.empty() ? "--set " : " --set ") + setting;
  }
  const auto end = wrong.message.find(": ");
  if (!set.empty() && wrong.message.starts_with("--set ") && end != std::string::npos)
    wrong.message.replace(0, end, given);
  return wrong;
}

}  // namespace

Tried<policy::Parameters> parameters_with(const json& settings,
                                          const std::vector<std::string>& set) {
  std::map<std::string, std::string> values;
  for (const auto& [key, value] : settings.items())
    if (config::find_key("policy." + key) != nullptr)
      values[key] = value.is_string() ? value.get<std::string>() : value.dump();
  for (const std::string& setting : set) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos)
      return failure(kUsage, "--set \"" + setting + "\" sets nothing; write it as target=0.8");
    const std::string key = key_of(setting);
    if (!of_a_moment(key))
      return failure(kUsage, "--set " + key + ": one round can be tried with other " +
                                 keys_of_a_moment() + " only; for the rest use prumo replay");
    values[key] = setting.substr(equals + 1);
  }
  std::vector<std::string> all;
  for (const auto& [key, value] : values) all.push_back(key + "=" + value);
  // How long a host settles depends on mu; it plays no part in a single moment.
  all.emplace_back("relief.cooldown=24h");
  auto parameters = parameters_of(all);
  if (!parameters) return tl::unexpected(by_what_was_set(parameters.error(), set));
  return parameters->policy;
}

Tried<RoundBasis> basis_of(Asker& asker, const std::string& round) {
  auto document = asker.ask("basis", {round});
  if (!document) return tl::unexpected(document.error());
  if (!flag_of(*document, "found")) {
    const std::string silent = unanswered(*document);
    return failure(kFailed, "what round " + round + " was decided on is not kept any more by " +
                                (silent.empty() ? "any host; newer rounds are (prumo explain)"
                                                : "the hosts that answered; try again later"));
  }
  RoundBasis basis;
  basis.settings = part_of(*document, "settings");
  const auto parameters = parameters_with(basis.settings, {});
  if (!parameters) return failure(kFailed, "round " + round + ": " + parameters.error().message);
  auto input = wire::round_input_from_json(*document, *parameters);
  if (!input)
    return failure(kFailed, "round " + round + " was decided by a prumo of another version: " +
                                input.error().message + "; use the prumo of that host");
  basis.input = std::move(*input);
  document->erase("found");
  document->erase("unanswered");
  basis.document = std::move(*document);
  return basis;
}

}  // namespace prumo::cli
