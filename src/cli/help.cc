#include "src/cli/help.h"

#include <sstream>
#include <utility>

namespace prumo::cli {
namespace {

/// What belongs to a name goes on below itself, all else at the margin. Examples stay whole, to be
/// copied.
std::string folded(std::string line, std::size_t column) {
  if (line.starts_with("  prumo ")) return line + "\n";
  const bool named = line.starts_with(" ") && line.size() > column && line[column - 1] == ' ';
  const std::string margin(named ? column : 0, ' ');
  std::string out;
  while (line.size() > Help::kWidth) {
    const std::size_t at = line.rfind(' ', Help::kWidth);
    if (at == std::string::npos || at <= margin.size()) break;
    out += line.substr(0, at) + "\n";
    line = margin + line.substr(at + 1);
  }
  return out + line + "\n";
}

}  // namespace

std::string Help::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const {
  std::istringstream text(Formatter::make_help(app, std::move(name), mode));
  std::string out;
  for (std::string line; std::getline(text, line);) out += folded(line, get_column_width());
  return out;
}

}  // namespace prumo::cli
