#pragma once
// Whoever moves the VM while its service is measured: prumo's daemons, or any command.

#include <optional>

#include "src/cli/program.h"
#include "src/impact/report.h"

namespace prumo::cli {

class Mover {
 public:
  virtual ~Mover() = default;
  virtual Tried<void> start() = 0;
  /// Nothing while it moves; then what is known of it, without its window. Error: it can't be told
  /// what becomes of it.
  virtual Tried<std::optional<impact::Passage>> look() = 0;
};

/// Runs a command by a shell; what it prints goes to standard error.
[[nodiscard]] std::unique_ptr<Mover> command_mover(const std::string& command);

struct Journey {
  std::string vm;
  std::string to;
  std::vector<std::string> settings;  ///< KEY=VALUE of [migration] that differ
};
/// As `prumo migrate` does. `asker` must outlive it.
[[nodiscard]] std::unique_ptr<Mover> daemon_mover(Asker& asker, const Journey&);

}  // namespace prumo::cli
