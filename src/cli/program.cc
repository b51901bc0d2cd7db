#include "src/cli/program.h"

#include <algorithm>
#include <memory>

#include "src/cli/help.h"
#include "src/cli/reading.h"

namespace prumo::cli {

std::string pretty(const nlohmann::json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void Program::print(const std::string& text) {
  printed_ = true;
  environment_.out << text << std::flush;
}

void Program::fail(const Failure& failure) {
  exit = failure.exit;
  environment_.err << "prumo: " << failure.message << "\n";
  // What has begun to print a document ends it itself.
  if (json() && !printed_) print(pretty({{"error", failure.message}}));
}

void Program::show(const std::string& command, const std::vector<std::string>& arguments,
                   const Render& render) {
  auto asker = environment_.connect(options);
  if (!asker) return fail(asker.error());
  const auto answer = (*asker)->ask(command, arguments);
  if (!answer) return fail(answer.error());
  print(json() ? pretty(*answer) : render(*answer, style()));
}

void Program::command(const std::string& command, const std::vector<std::string>& arguments) {
  show(command, arguments, [](const nlohmann::json& answer, const Style&) {
    return text_of(answer, "text", "done") + "\n";
  });
}

namespace {

constexpr const char* kOfAll = "Options of every command, like --format json: prumo --help";

/// Each command's own help would hide what all of them take.
void point_to_the_common_options(CLI::App& app) {
  for (CLI::App* sub : app.get_subcommands({})) {
    point_to_the_common_options(*sub);
    const std::string own = sub->get_footer();
    if (!own.empty()) sub->footer(own + "\n" + kOfAll);
  }
}

/// "prumo keygen host": as far as the command line was understood.
std::string command_of(const CLI::App& app) {
  const auto subs = app.get_subcommands();
  return app.get_name() + (subs.empty() ? "" : " " + command_of(*subs.front()));
}

/// An error in one option must not hide that another wants JSON.
bool want_json(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (arguments[i] == "--format=json" ||
        (arguments[i] == "--format" && i + 1 < arguments.size() && arguments[i + 1] == "json"))
      return true;
  return false;
}

Failure wrong_usage(const CLI::App& app, const CLI::ParseError& error) {
  // CLI11 names what is missing before it names what it does not know, which is mostly the cause.
  const auto unknown = app.remaining(true);
  std::string why = unknown.empty() ? error.what() : "\"" + unknown.front() + "\" is not known";
  if (unknown.empty() && why.starts_with("A subcommand")) why = "a command is missing";
  std::replace(why.begin(), why.end(), '\n', ' ');
  return {kUsage, why + "; " + command_of(app) + " --help shows what there is"};
}

}  // namespace

int run(const std::vector<std::string>& arguments, Environment& environment) {
  Program program(environment);
  CLI::App app{
      "Shows and steers prumo, which balances virtual machines between libvirt hosts.\n"
      "Any host's daemon answers for the whole cluster.",
      "prumo"};
  app.formatter(std::make_shared<Help>());
  Options& o = program.options;
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", "prumo " + environment.version);
  app.add_option("--peer", o.peer, "Daemon to ask: ipc:///PATH or tcp://HOST:PORT")
      ->envname("PRUMO_PEER")
      ->capture_default_str();
  app.add_option("--key", o.key,
                 "File with your secret key, made by `prumo keygen`; needed over tcp")
      ->envname("PRUMO_KEY");
  app.add_option(
      "--server-key", o.server_key,
      "Public key of that daemon; taken from the members folder when its address is there");
  app.add_option("--cluster", o.cluster, "Cluster id; taken from the configuration when not given")
      ->envname("PRUMO_CLUSTER");
  app.add_option("--config", o.config, "Configuration to take cluster and members from")
      ->capture_default_str();
  app.add_option("--timeout", o.timeout, "How long to wait for an answer")->capture_default_str();
  app.add_option("--format", o.format, "table or json; json carries more")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  app.add_flag("--insecure", o.insecure, "Ask over tcp without keys; only of an insecure cluster");
  for (const auto add :
       {add_status, add_hosts,  add_vms,    add_migrations, add_explain, add_why,   add_events,
        add_plan,   add_record, add_replay, add_compare,    add_tune,    add_pause, add_migrate,
        add_abort,  add_settle, add_rejoin, add_hook,       add_impact,  add_init,  add_keygen})
    add(app, program);
  point_to_the_common_options(app);
  app.footer(
      "Examples:\n"
      "  prumo status --watch\n"
      "  prumo explain h1\n"
      "  prumo --peer tcp://h3:7401 --key ~/olga.secret pause\n"
      "Exit codes: 0 done, 1 failed or refused, 2 wrong usage or configuration, 3 nobody answers.");
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(std::move(reversed));
  } catch (const CLI::Success& wanted) {  // --help, --version
    app.exit(wanted, environment.out, environment.err);
    return kDone;
  } catch (const CLI::ParseError& error) {
    o.format = want_json(arguments) ? "json" : "table";
    program.fail(wrong_usage(app, error));
  }
  return program.exit;
}

}  // namespace prumo::cli
