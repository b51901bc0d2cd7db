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

}  // namespace prumo::daemon
