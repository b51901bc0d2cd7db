#include "src/cli/program.h"

namespace prumo::cli {

void add_rejoin(CLI::App& app, Program& program) {
  CLI::App* sub =
      app.add_subcommand("rejoin", "Let the asked host vote again after it lost its state");
  auto force = std::make_shared<bool>(false);
  sub->add_flag("--force", *force, "Yes, nobody else coordinates that could re-admit it");
  sub->footer(
      "A coordinator re-admits such a host by itself. Do this only when so many hosts lost their\n"
      "state that no coordinator can be elected, and ask each of them.\n"
      "Example:\n  prumo rejoin --force");
  sub->callback([&program, force] {
    if (!*force)
      return program.fail({kUsage,
                           "rejoin may break a promise that the host has forgotten; wait for a "
                           "coordinator to re-admit it, or say --force when there can be none"});
    program.command("rejoin", {});
  });
}

}  // namespace prumo::cli
