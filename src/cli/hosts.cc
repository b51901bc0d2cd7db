#include "src/cli/program.h"
#include "src/cli/render.h"

namespace prumo::cli {

void add_hosts(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand("hosts", "The hosts with what they have, use and follow");
  sub->footer("Example:\n  prumo hosts --format json");
  sub->callback([&program] { program.show("hosts", {}, render_hosts); });
}

}  // namespace prumo::cli
