#pragma once
// Reads an answer with patience: what is absent or of another kind (an older or newer daemon) has a
// default, and text from elsewhere never reaches the terminal with control characters in it.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prumo::cli {

[[nodiscard]] std::string text_of(const nlohmann::json&, const char* key,
                                  const char* otherwise = "");
[[nodiscard]] double number_of(const nlohmann::json&, const char* key, double otherwise = 0);
[[nodiscard]] bool flag_of(const nlohmann::json&, const char* key);
/// The elements of a list; none when it is no list. Valid as long as the JSON.
[[nodiscard]] const nlohmann::json& list_of(const nlohmann::json&, const char* key);
[[nodiscard]] const nlohmann::json& part_of(const nlohmann::json&, const char* key);

/// "h4, h5", the hosts that stand there.
[[nodiscard]] std::string names_in(const nlohmann::json&, const char* key);
/// "Did not answer in time: h4." and a newline; empty when all did.
[[nodiscard]] std::string unanswered(const nlohmann::json&);

}  // namespace prumo::cli
