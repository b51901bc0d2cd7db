#pragma once
// A daemon with canned answers, and a run of `prumo` whose output is kept.

#include <deque>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "src/cli/program.h"

namespace prumo::cli {

struct FakeDaemon {
  std::map<std::string, Tried<nlohmann::json>> answers;
  std::vector<nlohmann::json> events;
  std::vector<std::string> asked;  ///< command and arguments, joined by blanks
  std::map<std::string, std::deque<Tried<nlohmann::json>>>
      scripts;                                   ///< each once, before `answers`
  std::deque<bool> interrupts;                   ///< Ctrl-C, at each look for it
  std::deque<std::optional<std::string>> typed;  ///< at each question; none: nobody is there
};

class FakeAsker final : public Asker {
 public:
  explicit FakeAsker(FakeDaemon& daemon) : daemon_(daemon) {}
  Tried<nlohmann::json> ask(const std::string& command,
                            const std::vector<std::string>& arguments) override {
    std::string all = command;
    for (const std::string& a : arguments) all += " " + a;
    daemon_.asked.push_back(all);
    if (auto& script = daemon_.scripts[command]; !script.empty()) {
      const auto next = script.front();
      script.pop_front();
      return next;
    }
    const auto it = daemon_.answers.find(command);
    return it == daemon_.answers.end() ? nlohmann::json::object() : it->second;
  }
  Tried<void> stream(const std::string& command,
                     const std::function<bool(const nlohmann::json&)>& on_event) override {
    daemon_.asked.push_back(command);
    for (const auto& event : daemon_.events)
      if (!on_event(event)) return {};
    return failure(kSilent, "no answer");
  }

 private:
  FakeDaemon& daemon_;
};

struct Ran {
  int exit = 0;
  std::string out;
  std::string err;
};

inline Ran run_prumo(const std::vector<std::string>& arguments, FakeDaemon& daemon,
                     bool terminal = false, int pictures = 0, const std::string& input = "") {
  struct Enough {};
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in(input);
  Environment environment{
      .out = out,
      .err = err,
      .in = in,
      .terminal = terminal,
      .colour = terminal,
      .width = 80,
      .version = "1.2.3",
      .connect = [&daemon](const Options&) -> Tried<std::unique_ptr<Asker>> {
        return std::make_unique<FakeAsker>(daemon);
      },
      .wait =
          [&pictures](Duration) {
            if (--pictures <= 0) throw Enough{};
          },
      .interrupted =
          [&daemon] {
            if (daemon.interrupts.empty()) return false;
            const bool pressed = daemon.interrupts.front();
            daemon.interrupts.pop_front();
            return pressed;
          },
      .answer = {},
  };
  if (!daemon.typed.empty())
    environment.answer = [&daemon]() -> std::optional<std::string> {
      if (daemon.typed.empty()) return std::nullopt;
      const auto line = daemon.typed.front();
      daemon.typed.pop_front();
      return line;
    };
  Ran ran;
  try {
    ran.exit = run(arguments, environment);
  } catch (const Enough&) {
  }
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

inline Ran run_prumo(const std::vector<std::string>& arguments) {
  FakeDaemon daemon;
  return run_prumo(arguments, daemon);
}

}  // namespace prumo::cli
