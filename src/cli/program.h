#pragma once
// What every subcommand of `prumo` is handed: the options that all share, where to print, and whom
// to ask. The world comes in as an Environment, so that tests put canned answers in place of a
// daemon.

#include <CLI/CLI.hpp>
#include <functional>
#include <istream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "src/core/time.h"

namespace prumo::cli {

enum Exit : int {
  kDone = 0,
  kFailed = 1,  ///< asked and refused, or a file could not be written
  kUsage = 2,   ///< wrong arguments or configuration
  kSilent = 3,  ///< nobody listens or nobody answers
};
struct Failure {
  Exit exit = kFailed;
  std::string message;  ///< one line: what, where, and what to do
};
template <class T>
using Tried = tl::expected<T, Failure>;
[[nodiscard]] inline tl::unexpected<Failure> failure(Exit exit, std::string message) {
  return tl::unexpected(Failure{exit, std::move(message)});
}

struct Options {
  std::string peer = "ipc:///run/prumo/control.sock";
  std::string key;         ///< file with the client's secret key
  std::string server_key;  ///< public key of the peer asked
  std::string cluster;     ///< 32 hexadecimal digits
  std::string config = "/etc/prumo/prumo.toml";
  std::string timeout = "3s";
  std::string format = "table";
  bool insecure = false;
};

/// Asks a daemon over its control socket.
class Asker {
 public:
  virtual ~Asker() = default;
  virtual Tried<nlohmann::json> ask(const std::string& command,
                                    const std::vector<std::string>& arguments) = 0;
  /// Hands over events as they come, until `on_event` returns false.
  virtual Tried<void> stream(const std::string& command,
                             const std::function<bool(const nlohmann::json&)>& on_event) = 0;
};

struct Environment {
  std::ostream& out;
  std::ostream& err;
  std::istream& in;
  bool terminal = false;  ///< `out` is one: redraw is welcome
  bool colour = false;    ///< so is colour there
  bool progress = false;  ///< `err` is one: progress of long work is welcome there
  int width = 80;
  std::string version = "?";
  std::function<Tried<std::unique_ptr<Asker>>(const Options&)> connect;
  std::function<void(Duration)> wait;  ///< between two pictures of --watch; empty: one picture only
  /// Whether Ctrl-C has been pressed since the last call. From the first call on it no longer ends
  /// the program by itself. Empty: it is never pressed.
  std::function<bool()> interrupted;
  /// The line that a person answers a question with; nothing when there is none to ask, or Ctrl-C is
  /// pressed instead. Empty: nobody is there.
  std::function<std::optional<std::string>()> answer;
};

struct Style {
  int width = 80;
  bool colour = false;
};

class Program {
 public:
  explicit Program(Environment& environment) : environment_(environment) {}

  using Render = std::function<std::string(const nlohmann::json&, const Style&)>;
  /// Asks, and prints the answer as a table or as the JSON that came.
  void show(const std::string& command, const std::vector<std::string>& arguments,
            const Render& render);
  /// Asks for something to be done, and prints what was said.
  void command(const std::string& command, const std::vector<std::string>& arguments);

  void print(const std::string& text);
  /// Says so, and as `{"error": …}` too where JSON is wanted and nothing has been printed yet.
  void fail(const Failure& failure);
  [[nodiscard]] bool json() const { return options.format == "json"; }
  [[nodiscard]] Style style() const { return {environment_.width, environment_.colour}; }
  [[nodiscard]] Environment& environment() { return environment_; }

  Options options;
  Exit exit = kDone;

 private:
  Environment& environment_;
  bool printed_ = false;
};

/// JSON as prumo prints it.
[[nodiscard]] std::string pretty(const nlohmann::json&);

/// The whole of `prumo`; `arguments` without the program's name. Returns the exit code.
[[nodiscard]] int run(const std::vector<std::string>& arguments, Environment&);

// One file per subcommand, or per few that are alike.
void add_abort(CLI::App&, Program&);
void add_compare(CLI::App&, Program&);
void add_events(CLI::App&, Program&);
void add_explain(CLI::App&, Program&);
void add_hook(CLI::App&, Program&);
void add_hosts(CLI::App&, Program&);
void add_impact(CLI::App&, Program&);
void add_init(CLI::App&, Program&);
void add_keygen(CLI::App&, Program&);
void add_migrate(CLI::App&, Program&);
void add_migrations(CLI::App&, Program&);
void add_pause(CLI::App&, Program&);
void add_plan(CLI::App&, Program&);
void add_record(CLI::App&, Program&);
void add_rejoin(CLI::App&, Program&);
void add_replay(CLI::App&, Program&);
void add_settle(CLI::App&, Program&);
void add_status(CLI::App&, Program&);
void add_tune(CLI::App&, Program&);
void add_vms(CLI::App&, Program&);
void add_why(CLI::App&, Program&);

}  // namespace prumo::cli
