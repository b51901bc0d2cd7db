// One VM moved by hand: ordered, watched to its end, and left running when that is wished.

#include "src/cli/program.h"
#include "src/cli/reading.h"
#include "src/cli/render.h"
#include "src/cli/settings.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr Duration kMigrateLook = 500ms;
/// Daemons are restarted, and the migration goes on meanwhile.
constexpr int kMostSilent = 120;
/// It has ended and the history does not say how yet.
constexpr int kMostUnknown = 10;
/// Without a terminal, a line so often while nothing else changes.
constexpr int kLooksALine = 10;

struct MigrateWanted {
  std::string vm;
  std::string to;
  std::string method;
  std::string bandwidth;
  std::string max_downtime;
  std::string deadline;
  std::vector<std::string> set;
  bool dry_run = false;
  bool no_wait = false;

  [[nodiscard]] std::vector<std::string> words() const {
    std::vector<std::string> out;
    const auto add = [&out](const char* key, const std::string& value) {
      if (!value.empty()) out.push_back(std::string(key) + "=" + value);
    };
    add("method", method);
    add("bandwidth_mib_s", bandwidth);
    add("max_downtime", max_downtime);
    add("deadline", deadline);
    out.insert(out.end(), set.begin(), set.end());
    return out;
  }
};

class Watch {
 public:
  Watch(Program& program, Asker& asker, json begun)
      : program_(program),
        environment_(program.environment()),
        asker_(asker),
        begun_(std::move(begun)),
        op_(text_of(begun_, "op", "?")),
        from_(text_of(begun_, "from", "?")) {}

  /// Until it has ended, or whoever watches wants to see no more.
  void run() {
    for (;;) {
      if (environment_.interrupted && environment_.interrupted() && !go_on()) return;
      const auto now = asker_.ask("operation", {op_, from_});
      const std::string state = now ? text_of(*now, "state", "unknown") : "silent";
      silent_ = state == "silent" ? silent_ + 1 : 0;
      unknown_ = state == "unknown" ? unknown_ + 1 : 0;
      if (state == "ended") return tell_end(*now);
      if (state == "running") show(*now);
      if (unknown_ > kMostUnknown)
        return leave(kFailed, "has ended, and how is not remembered; `prumo vms` shows where " +
                                  text_of(begun_, "vm", "the VM") + " is");
      if (silent_ > kMostSilent)
        return leave(kSilent, from_ +
                                  " has not answered for a minute; the migration goes on by "
                                  "itself, and `prumo migrations` will tell");
      environment_.wait(kMigrateLook);
    }
  }

 private:
  void show(const json& now) {
    if (program_.json()) return;
    const std::string line = render_progress(now, program_.style());
    if (environment_.terminal) {
      program_.print("\r" + line + "\x1b[K");
      drawn_ = true;
    } else if (const std::string phase = text_of(now, "phase");
               phase != phase_ || ++looks_ >= kLooksALine) {
      program_.print(line + "\n");
      phase_ = phase;
      looks_ = 0;
    }
  }

  /// Ctrl-C: whether the watching goes on.
  bool go_on() {
    end_line();
    std::optional<std::string> answer;
    if (environment_.answer) {
      environment_.err << "Abort it? The VM then stays on " << from_
                       << ". [y/N, Ctrl-C leaves it running] " << std::flush;
      answer = environment_.answer();
    }
    if (!answer) {
      if (environment_.answer) environment_.err << "\n";
      leave(kFailed, "goes on; prumo abort " + op_ + " ends it");
      return false;
    }
    if (*answer != "y" && *answer != "Y" && *answer != "yes") return true;
    if (const auto told = asker_.ask("abort", {op_}); !told)
      environment_.err << "prumo: " << told.error().message << "\n";
    return true;
  }

  void tell_end(const json& ended) {
    end_line();
    const std::string outcome = text_of(ended, "outcome", "?");
    program_.exit = outcome == "done" ? kDone : kFailed;
    if (!program_.json()) return program_.print(render_outcome(ended, program_.style()));
    json all = begun_;
    for (const auto& [key, value] : ended.items()) all[key] = value;
    program_.print(pretty(all));
  }

  void leave(Exit exit, const std::string& why) {
    end_line();
    program_.fail({exit, "operation " + op_ + " " + why});
  }

  void end_line() {
    if (drawn_) program_.print("\n");
    drawn_ = false;
  }

  Program& program_;
  Environment& environment_;
  Asker& asker_;
  json begun_;
  std::string op_;
  std::string from_;
  std::string phase_;
  bool drawn_ = false;
  int looks_ = 0;
  int silent_ = 0;
  int unknown_ = 0;
};

void migrate(Program& program, const MigrateWanted& wanted) {
  std::vector<std::string> arguments = wanted.words();
  if (const std::string wrong = wrong_for_a_vm(arguments); !wrong.empty())
    return program.fail({kUsage, wrong});
  arguments.insert(arguments.begin(), {wanted.vm, wanted.to});
  if (wanted.dry_run) arguments.emplace_back("dry-run");
  Environment& environment = program.environment();
  auto asker = environment.connect(program.options);
  if (!asker) return program.fail(asker.error());
  const auto begun = (*asker)->ask("migrate", arguments);
  if (!begun) return program.fail(begun.error());
  if (wanted.dry_run) {
    program.print(program.json() ? pretty(*begun) : render_dry_run(*begun, program.style()));
    const bool would = flag_of(part_of(*begun, "source"), "begins") &&
                       flag_of(part_of(*begun, "destination"), "takes");
    program.exit = would ? kDone : kFailed;
    return;
  }
  if (wanted.no_wait || !environment.wait)
    return program.print(program.json() ? pretty(*begun) : render_begun(*begun, program.style()));
  if (!program.json()) program.print(render_begun(*begun, program.style()));
  Watch(program, **asker, *begun).run();
}

}  // namespace

void add_migrate(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand("migrate", "Move a VM to another host, and watch it go");
  auto wanted = std::make_shared<MigrateWanted>();
  sub->add_option("VM", wanted->vm, "Name or id")->required();
  sub->add_option("--to", wanted->to, "The host that it is to go to")->required();
  sub->add_option("--method", wanted->method, "pre-copy, stop-and-copy, post-copy or auto");
  sub->add_option("--bandwidth", wanted->bandwidth, "At most so many MiB/s; 0: unlimited");
  sub->add_option("--max-downtime", wanted->max_downtime,
                  "For how long the guest may be stopped, like 300ms");
  sub->add_option("--deadline", wanted->deadline, "Given up when it takes longer, like 60s");
  sub->add_option("--set", wanted->set, "Another key of [migration], as KEY=VALUE; more than once");
  sub->add_flag("--dry-run", wanted->dry_run,
                "Only say what would be done, and what it would take");
  sub->add_flag("--no-wait", wanted->no_wait, "Return once it has begun");
  sub->footer(
      "What is not given is as prumo.toml of its host and the VM's own metadata say.\n"
      "It goes the way of every migration: the destination may refuse, and a VM that has just\n"
      "moved stays for a while. It works in advise mode, and not while prumo is paused.\n"
      "Ctrl-C asks whether to abort; a second one leaves it running.\n"
      "Examples:\n  prumo migrate web3 --to h3 --dry-run\n"
      "  prumo migrate web3 --to h3 --method auto --set parallel=4");
  sub->callback([&program, wanted] { migrate(program, *wanted); });
}

}  // namespace prumo::cli
