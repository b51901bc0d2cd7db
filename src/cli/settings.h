#pragma once

#include <string>
#include <vector>

#include "src/cli/program.h"
#include "src/peer/parameters.h"

namespace prumo::cli {

/// `--set KEY=VALUE`, checked as in prumo.toml. A bare key is one of [policy]; others are named in
/// full, like relief.cooldown=5min. Texts and durations need no quotes.
[[nodiscard]] Tried<Parameters> parameters_of(const std::vector<std::string>& settings);

/// The key of a setting, without the "policy." that a bare key may do without.
[[nodiscard]] std::string key_of(const std::string& setting);
/// What a decision about one moment depends on; all else needs the time before or after.
[[nodiscard]] bool of_a_moment(const std::string& key);
/// Those keys, "mu, overload, …".
[[nodiscard]] std::string keys_of_a_moment();

/// What is wrong with `KEY=VALUE` words of [migration] whatever prumo.toml allows, which its daemons
/// know; empty: nothing.
[[nodiscard]] std::string wrong_for_a_vm(const std::vector<std::string>& words);

}  // namespace prumo::cli
