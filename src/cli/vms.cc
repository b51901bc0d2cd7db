#include "src/cli/program.h"
#include "src/cli/render.h"

namespace prumo::cli {

void add_vms(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand(
      "vms", "The VMs of all hosts: where they are, what they use, which ones stay and why");
  sub->footer("Example:\n  prumo vms");
  sub->callback([&program] { program.show("vms", {}, render_vms); });
}

}  // namespace prumo::cli
