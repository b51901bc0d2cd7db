#pragma once
// Answers as people read them: the most important first, a unit on every number, the reason beside
// the fact. Pure: JSON and a style in, text out.

#include <nlohmann/json.hpp>
#include <string>

#include "src/cli/program.h"

namespace prumo::cli {

[[nodiscard]] std::string render_status(const nlohmann::json&, const Style&);
[[nodiscard]] std::string render_hosts(const nlohmann::json&, const Style&);
[[nodiscard]] std::string render_vms(const nlohmann::json&, const Style&);
[[nodiscard]] std::string render_migrations(const nlohmann::json&, const Style&);
/// `about`: what was asked for, " about h1"; said when nothing is found. `full`: every verdict.
[[nodiscard]] std::string render_explanation(const nlohmann::json&, const Style&,
                                             const std::string& about = "", bool full = false);
[[nodiscard]] std::string render_why(const nlohmann::json&, const Style&, bool full);
/// What `prumo impact` measured, as its own JSON has it.
[[nodiscard]] std::string render_impact(const nlohmann::json&, const Style&);
/// One line.
[[nodiscard]] std::string render_event(const nlohmann::json&, const Style&);

}  // namespace prumo::cli
