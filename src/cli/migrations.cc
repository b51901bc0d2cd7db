#include "src/cli/program.h"
#include "src/cli/render.h"

namespace prumo::cli {

void add_migrations(CLI::App& app, Program& program) {
  CLI::App* sub =
      app.add_subcommand("migrations", "Migrations that run, with progress, and those that ended");
  sub->footer("Example:\n  prumo migrations");
  sub->callback([&program] { program.show("migrations", {}, render_migrations); });
}

}  // namespace prumo::cli
