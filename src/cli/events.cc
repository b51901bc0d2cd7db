#include "src/cli/program.h"
#include "src/cli/reading.h"
#include "src/cli/render.h"

namespace prumo::cli {

void add_events(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand(
      "events", "What happens in the whole cluster, as it happens; ends with Ctrl-C");
  sub->footer(
      "Examples:\n  prumo events\n  prumo events --format json | jq -c "
      "'select(.kind==\"finished\")'");
  sub->callback([&program] {
    auto asker = program.environment().connect(program.options);
    if (!asker) return program.fail(asker.error());
    const auto ended = (*asker)->stream("events", [&program](const nlohmann::json& event) {
      // The daemon says now and then that it is still there.
      if (text_of(event, "kind") == "alive") return true;
      // One line each, so that tools can read them as they come.
      program.print(program.json()
                        ? event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
                              "\n"
                        : render_event(event, program.style()));
      return true;
    });
    if (!ended) program.fail(ended.error());
  });
}

}  // namespace prumo::cli
