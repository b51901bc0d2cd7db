#pragma once
// The one place that words what a peer has to tell: each note becomes a line for people, an entry
// in the history and a line of the event stream. Levels: what needs a person is a warning.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "src/peer/note.h"

namespace prumo::daemon {

enum class Level : std::uint8_t { kInfo, kWarning, kError };

struct Line {
  Level level = Level::kInfo;
  std::string kind;     ///< "decided", "started", "elected"…: one word, also the metric's name
  std::string subject;  ///< round, operation, host or VM it is about
  std::string text;
  nlohmann::json data;  ///< null when the text says it all
};

[[nodiscard]] Line word(const Note&);

/// JSON as text. Names and reasons may hold anything, also half a character where they were cut:
/// what is no UTF-8 is replaced.
[[nodiscard]] std::string to_text(const nlohmann::json&);

}  // namespace prumo::daemon
