#include "src/cli/program.h"
#include "src/cli/render.h"

namespace prumo::cli {

void add_explain(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand(
      "explain", "Why a VM was moved, why that one and to that host, or why none could be");
  auto host = std::make_shared<std::string>();
  auto round = std::make_shared<std::string>();
  CLI::Option* of_host = sub->add_option(
      "HOST", *host, "The last decision about this host; left out: the last of all");
  sub->add_option("--round", *round, "The decision of this round, like 7.31")->excludes(of_host);
  sub->footer("Examples:\n  prumo explain\n  prumo explain h1\n  prumo explain --round 7.31");
  sub->callback([&program, host, round] {
    std::vector<std::string> arguments;
    if (!host->empty()) arguments.push_back(*host);
    if (!round->empty()) arguments.push_back("round:" + *round);
    const std::string about = !host->empty()    ? " about " + *host
                              : !round->empty() ? " of round " + *round
                                                : "";
    program.show("explain", arguments, [about](const nlohmann::json& answer, const Style& style) {
      return render_explanation(answer, style, about);
    });
  });
}

}  // namespace prumo::cli
