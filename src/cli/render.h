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
/// "no decision about h1 is remembered; …", of what was asked for.
[[nodiscard]] std::string nothing_decided(const std::string& about);
/// What `prumo migrate` has begun: "web3 leaves h1 for h3 (hand.3f2a91c4.1.1), pre-copy, …".
[[nodiscard]] std::string render_begun(const nlohmann::json&, const Style&);
[[nodiscard]] std::string render_dry_run(const nlohmann::json&, const Style&);
/// How far a migration has come: one line without its end.
[[nodiscard]] std::string render_progress(const nlohmann::json&, const Style&);
/// How it ended.
[[nodiscard]] std::string render_outcome(const nlohmann::json&, const Style&);
[[nodiscard]] std::string render_why(const nlohmann::json&, const Style&, bool full);
/// What `prumo impact` measured, as its own JSON has it.
[[nodiscard]] std::string render_impact(const nlohmann::json&, const Style&);
/// One line.
[[nodiscard]] std::string render_event(const nlohmann::json&, const Style&);

}  // namespace prumo::cli
