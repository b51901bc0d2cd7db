#pragma once
// What replay, compare and tune share: a trace is read once, moment by moment, and each is handed
// to whatever runs over it, with progress on a terminal.

#include <functional>
#include <string>
#include <vector>

#include "src/cli/program.h"
#include "src/replay/measures.h"
#include "src/replay/settings.h"
#include "src/replay/trace.h"

namespace prumo::cli {

struct Trial {
  std::string trace;
  std::vector<std::string> settings;
  double bandwidth_mib_s = 100;
  double dirty_mib_s = 0;
  std::string svg;  ///< where a chart goes; empty: none is wanted
};

void add_trial_options(CLI::App&, Trial&);
[[nodiscard]] Tried<replay::Settings> settings_of(const Trial&);

using OnStep = std::function<void(const replay::Step&, const replay::Names&)>;
/// Reads the whole trace. `what` is shown beside the progress.
Tried<void> read_trace(Program&, const std::string& path, const std::string& what, const OnStep&);
/// Takes the progress off the line, before something else is printed.
void clear_progress(Program&);

/// A monotonic time.
[[nodiscard]] Duration stopwatch();
/// What this thread has computed so far: how long a decision takes, however busy the machine is.
[[nodiscard]] Duration thread_time();

/// "34.2" host-hours and the like: amounts over time as people read them.
[[nodiscard]] double hours(double seconds);
[[nodiscard]] nlohmann::json to_json(const replay::Summary&);

}  // namespace prumo::cli
