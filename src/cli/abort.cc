#include "src/cli/program.h"

namespace prumo::cli {

void add_abort(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand("abort", "Stop a migration; the VM runs on where it was");
  auto op = std::make_shared<std::string>();
  sub->add_option("VM", *op, "The VM, or the operation as `prumo migrations` shows it, like 7.31.0")
      ->required();
  sub->footer(
      "The VM is then left alone for a while: 2 minutes, and twice as long each time.\n"
      "Examples:\n  prumo abort web3\n  prumo abort 7.31.0");
  sub->callback([&program, op] { program.command("abort", {*op}); });
}

}  // namespace prumo::cli
