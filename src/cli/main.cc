#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>

#include "src/cli/program.h"
#include "src/cli/remote.h"

namespace {

int terminal_width() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40;
  return known ? size.ws_col : 80;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader like `head` may close the pipe; that is no error of ours.
  std::signal(SIGPIPE, SIG_DFL);
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  prumo::cli::Environment environment{
      .out = std::cout,
      .err = std::cerr,
      .in = std::cin,
      .terminal = terminal && std::getenv("NO_COLOR") == nullptr,
      .progress = isatty(STDERR_FILENO) == 1,
      .width = terminal ? terminal_width() : 80,
      .version = PRUMO_VERSION,
      .connect = prumo::cli::connect,
      .wait = [](prumo::Duration time) { std::this_thread::sleep_for(time); },
  };
  try {
    return prumo::cli::run({argv + 1, argv + argc}, environment);
  } catch (const std::exception& error) {
    std::cerr << "prumo: " << error.what() << "; this is a fault of prumo, please report it\n";
    return prumo::cli::kFailed;
  }
}
