// The brake and its release.

#include "src/cli/program.h"

namespace prumo::cli {

void add_pause(CLI::App& app, Program& program) {
  CLI::App* pause = app.add_subcommand(
      "pause", "Start no further migration anywhere in the cluster, also across restarts");
  pause->footer("Migrations that run go on; `prumo abort` stops one.\nExample:\n  prumo pause");
  pause->callback([&program] { program.command("pause", {}); });
  CLI::App* resume = app.add_subcommand("resume", "Let migrations start again");
  resume->footer("Example:\n  prumo resume");
  resume->callback([&program] { program.command("resume", {}); });
}

}  // namespace prumo::cli
