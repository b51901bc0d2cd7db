#include <memory>

#include "src/cli/accuracy.h"
#include "src/cli/program.h"
#include "src/cli/render.h"

namespace prumo::cli {
namespace {

void accuracy(Program& program) {
  auto asker = program.environment().connect(program.options);
  if (!asker) return program.fail(asker.error());
  const auto answer = (*asker)->ask("migrations", {});
  if (!answer) return program.fail(answer.error());
  const nlohmann::json found = accuracy_of(*answer);
  program.print(program.json() ? pretty(found) : render_accuracy(found, program.style()));
}

}  // namespace

void add_migrations(CLI::App& app, Program& program) {
  CLI::App* sub =
      app.add_subcommand("migrations", "Migrations that run, with progress, and those that ended");
  auto wanted = std::make_shared<bool>(false);
  sub->add_flag("--accuracy", *wanted,
                "What was predicted of those that ended, beside what they took");
  sub->footer("Examples:\n  prumo migrations\n  prumo migrations --accuracy");
  sub->callback([&program, wanted] {
    if (*wanted) return accuracy(program);
    program.show("migrations", {}, render_migrations);
  });
}

}  // namespace prumo::cli
