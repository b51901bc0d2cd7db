// The completion of bash knows what the help of each command shows.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/unit/cli/fake_daemon.h"

namespace prumo::cli {
namespace {

/// The options of a command, as its help shows them.
std::set<std::string> options_of(const std::vector<std::string>& command) {
  std::vector<std::string> asked = command;
  asked.emplace_back("--help");
  std::istringstream help(run_prumo(asked).out);
  std::set<std::string> out;
  for (std::string line; std::getline(help, line);)
    if (line.starts_with("  --")) out.insert(line.substr(2, line.find(' ', 2) - 2));
  return out;
}

TEST(Completion, KnowsEveryCommandAndOption) {
  std::ostringstream text;
  text << std::ifstream(PRUMO_SOURCE_DIR "/config/prumo.bash-completion").rdbuf();
  const std::string all = text.str();
  const auto part = [&all](const std::string& begin, const std::string& end) {
    const auto at = all.find(begin);
    return at == std::string::npos ? "" : all.substr(at, all.find(end, at) - at) + " ";
  };
  const auto knows = [](std::string words, const std::string& word) {
    std::replace(words.begin(), words.end(), '"', ' ');
    return words.find(" " + word + " ") != std::string::npos;
  };
  for (const std::string& option : options_of({}))
    EXPECT_TRUE(option == "--version" || knows(part("local everywhere=", "\n"), option)) << option;
  std::istringstream help(run_prumo({"--help"}).out);
  std::string line;
  while (std::getline(help, line) && line != "Subcommands:") continue;
  while (std::getline(help, line) && line.starts_with("  ")) {
    if (line[2] == ' ') continue;  // a description goes on
    const std::string command = line.substr(2, line.find(' ', 2) - 2);
    EXPECT_TRUE(knows(part("local commands=", "\n"), command)) << command;
    std::set<std::string> options = options_of({command});
    if (command == "keygen") options = options_of({command, "host"});
    for (const std::string& option : options)
      EXPECT_TRUE(knows(part("\n    " + command + ") own=", ";;"), option))
          << command << " " << option;
    EXPECT_NE(run_prumo({command, "--help"}).out.find("like --format json: prumo --help"),
              std::string::npos)
        << command;
  }
}

}  // namespace
}  // namespace prumo::cli
