#include "config/duration.h"
#include "src/cli/program.h"
#include "src/cli/render.h"

namespace prumo::cli {
namespace {

constexpr const char* kClear = "\x1b[H\x1b[2J";

/// One picture after the other, until the user or the test ends it. A peer that is away for a while
/// is told in place of the picture.
void watch(Program& program, Duration interval) {
  Environment& environment = program.environment();
  for (bool first = true;; first = false) {
    if (environment.terminal && !program.json()) program.print(kClear);
    program.show("status", {}, render_status);
    if (first && program.exit != kDone) return;
    if (!environment.wait) return;
    environment.wait(interval);
  }
}

}  // namespace

void add_status(CLI::App& app, Program& program) {
  CLI::App* sub =
      app.add_subcommand("status", "The cluster at a glance: hosts, load, what they do");
  auto on = std::make_shared<bool>(false);
  auto interval = std::make_shared<std::string>("2s");
  sub->add_flag("--watch", *on, "Show it again and again");
  sub->add_option("--interval", *interval, "Time between two pictures")->capture_default_str();
  sub->footer(
      "Examples:\n  prumo status\n  prumo status --watch\n  prumo status --format json | jq "
      ".hosts");
  sub->callback([&program, on, interval] {
    if (!*on) return program.show("status", {}, render_status);
    const auto duration = config::parse_duration(*interval);
    if (!duration || *duration < 100ms)
      return program.fail({kUsage, "--interval = \"" + *interval +
                                       "\" is no time from 100ms; write it as 500ms, 2s or 1min"});
    watch(program, *duration);
  });
}

}  // namespace prumo::cli
