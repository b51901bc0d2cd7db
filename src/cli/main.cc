#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#include "src/cli/program.h"
#include "src/cli/remote.h"

namespace {

int terminal_width() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40;
  return known ? size.ws_col : 80;
}

/// Ctrl-C is taken as a question's answer instead of the program's end.
const sigset_t& interrupts() {
  static const sigset_t set = [] {
    sigset_t s;
    sigemptyset(&s);
    sigaddset(&s, SIGINT);
    pthread_sigmask(SIG_BLOCK, &s, nullptr);
    return s;
  }();
  return set;
}

/// NO_COLOR takes the colour alone: a picture is still drawn over the one before.
bool wants_no_colour() {
  const char* said = std::getenv("NO_COLOR");
  return said != nullptr && *said != '\0';
}

bool interrupted() {
  const timespec at_once{};
  return sigtimedwait(&interrupts(), nullptr, &at_once) == SIGINT;
}

/// Waits for a line or for Ctrl-C, whichever comes first.
std::optional<std::string> answer() {
  while (!interrupted()) {
    pollfd typed{STDIN_FILENO, POLLIN, 0};
    if (poll(&typed, 1, 100) <= 0) continue;
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
  return std::nullopt;
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
      .terminal = terminal,
      .colour = terminal && !wants_no_colour(),
      .progress = isatty(STDERR_FILENO) == 1,
      .width = terminal ? terminal_width() : 80,
      .version = PRUMO_VERSION,
      .connect = prumo::cli::connect,
      .wait = [](prumo::Duration time) { std::this_thread::sleep_for(time); },
      .interrupted = interrupted,
      .answer = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
                    ? answer
                    : std::function<std::optional<std::string>()>(),
  };
  try {
    return prumo::cli::run({argv + 1, argv + argc}, environment);
  } catch (const std::exception& error) {
    std::cerr << "prumo: " << error.what() << "; this is a fault of prumo, please report it\n";
    return prumo::cli::kFailed;
  }
}
