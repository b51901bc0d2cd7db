#include "src/cli/program.h"

namespace prumo::cli {

void add_settle(CLI::App& app, Program& program) {
  CLI::App* sub =
      app.add_subcommand("settle", "Say that a VM which needed an operator has been put in order");
  auto vm = std::make_shared<std::string>();
  sub->add_option("VM", *vm, "Its id, as `prumo vms --format json` shows it")->required();
  sub->footer(
      "Look first with virsh that the VM runs on exactly one host: prumo believes you.\n"
      "Example:\n  prumo settle 6f1c1a52-6f0e-4f6e-9d0a-1f2e3d4c5b6a");
  sub->callback([&program, vm] { program.command("settle", {*vm}); });
}

}  // namespace prumo::cli
