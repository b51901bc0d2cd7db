#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "src/cli/mover.h"

namespace prumo::cli {
namespace {

class CommandMover final : public Mover {
 public:
  explicit CommandMover(std::string command) : command_(std::move(command)) {}

  Tried<void> start() override {
    std::string shell = "sh";
    std::string option = "-c";
    char* const arguments[] = {shell.data(), option.data(), command_.data(), nullptr};
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    const int why = ::posix_spawn(&pid_, "/bin/sh", &files, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (why != 0)
      return failure(kFailed, "no process can be started: " + std::string(std::strerror(why)));
    return {};
  }

  Tried<std::optional<impact::Passage>> look() override {
    int status = 0;
    const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended == 0) return std::nullopt;
    impact::Passage out;
    out.outcome = ended == pid_ && status == 0 ? "done" : "failed";
    if (WIFEXITED(status) && status != 0)
      out.reason = "the command's exit code is " + std::to_string(WEXITSTATUS(status));
    if (WIFSIGNALED(status))
      out.reason = "the command was ended by signal " + std::to_string(WTERMSIG(status));
    return out;
  }

 private:
  std::string command_;
  pid_t pid_ = -1;
};

}  // namespace

std::unique_ptr<Mover> command_mover(const std::string& command) {
  return std::make_unique<CommandMover>(command);
}

}  // namespace prumo::cli
