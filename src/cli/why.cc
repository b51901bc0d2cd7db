#include "src/cli/program.h"
#include "src/cli/render.h"

namespace prumo::cli {

void add_why(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand("why", "Why a VM moved, or why it did not");
  auto vm = std::make_shared<std::string>();
  auto full = std::make_shared<bool>(false);
  sub->add_option("VM", *vm, "Its name or id, as `prumo vms` shows it")->required();
  sub->add_flag("--full", *full, "Every decision that is remembered, with every host");
  sub->footer("Examples:\n  prumo why web3\n  prumo why web3 --full");
  sub->callback([&program, vm, full] {
    program.show("why", {*vm}, [full](const nlohmann::json& answer, const Style& style) {
      return render_why(answer, style, *full);
    });
  });
}

}  // namespace prumo::cli
