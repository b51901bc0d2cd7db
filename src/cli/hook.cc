// libvirt's question, put to this host's daemon: may this VM come in? Libvirt waits meanwhile, so
// it is answered within a second, and nothing goes to standard output: that would replace the VM's
// definition.

#include <iterator>

#include "config/config.h"
#include "config/endpoint.h"
#include "src/cli/program.h"
#include "src/cli/reading.h"

namespace prumo::cli {
namespace {

constexpr const char* kPatience = "800ms";

/// What the first <uuid> of a domain's definition holds; libvirt writes the domain's own before any
/// other.
std::string uuid_of(const std::string& definition) {
  static const std::string kOpen = "<uuid>";
  const auto begin = definition.find(kOpen);
  const auto end = definition.find("</uuid>");
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  return definition.substr(begin + kOpen.size(), end - begin - kOpen.size());
}

void turn_away(Program& program, const std::string& name, const std::string& why) {
  program.fail({kFailed, name + " may not come in: " + why});
}

void answer(Program& program, const std::string& name) {
  const std::string definition(std::istreambuf_iterator<char>(program.environment().in), {});
  const auto config = config::load(program.options.config);
  if (!config) {
    // Without a configuration nobody has asked for a fence.
    program.environment().err << "prumo: " << config.error().message << "; " << name
                              << " is let in unasked\n";
    return;
  }
  Options asked = program.options;
  asked.timeout = kPatience;
  for (const std::string& endpoint : config->transport.control)
    if (config::parse_endpoint(endpoint)->ipc) asked.peer = endpoint;
  const auto decided = [&]() -> Tried<nlohmann::json> {
    const std::string uuid = uuid_of(definition);
    if (uuid.empty()) return failure(kFailed, "libvirt's definition of it names no uuid");
    auto asker = program.environment().connect(asked);
    if (!asker) return tl::unexpected(asker.error());
    return (*asker)->ask("incoming", {uuid, name});
  }();
  if (decided && flag_of(*decided, "admitted")) return;
  if (decided) return turn_away(program, name, text_of(*decided, "why", "prumod says no"));
  if (config->hook.daemon_down == config::DaemonDown::kVeto)
    return turn_away(program, name, decided.error().message + " (hook.daemon_down = \"veto\")");
  program.environment().err << "prumo: " << decided.error().message << "; " << name
                            << " is let in (hook.daemon_down = \"pass\")\n";
}

}  // namespace

void add_hook(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand("hook",
                                     "Ask whether a VM may come in, as libvirt's hook does; its "
                                     "definition comes by standard input");
  auto name = std::make_shared<std::string>();
  sub->add_option("VM", *name, "Its name")->required();
  sub->footer(
      "For config/libvirt/hooks/qemu.d/prumo. Exit codes: 0 it may, 1 it may not; when prumod does "
      "not answer, as hook.daemon_down says.");
  sub->callback([&program, name] {
    program.options.format = "table";  // an error as JSON would go to standard output too
    answer(program, *name);
  });
}

}  // namespace prumo::cli
