// A process per request: a shell runs the command, and exit code 0 is an answer.

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>

#include "src/probe/probe.h"
#include "src/probe/waiter.h"

namespace prumo::probe {
namespace {

constexpr std::size_t kMostProcesses = 1000;  // a silent service shall not fill this machine

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  const int code = WEXITSTATUS(status);
  return code == 0 ? "" : "exit code " + std::to_string(code);
}

class CommandProbe final : public Probe {
 public:
  explicit CommandProbe(std::string command) : command_(std::move(command)) {
    ::posix_spawnattr_init(&attributes_);
    // A group of its own, so that whatever the command starts can be ended with it.
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    sigset_t ordinary;
    ::sigemptyset(&ordinary);
    ::sigaddset(&ordinary, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes_, &ordinary);
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files_, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&files_, 2, "/dev/null", O_WRONLY, 0);
  }
  ~CommandProbe() override {
    while (!running_.empty()) give_up(running_.begin()->first);
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  Result<void> send(RequestNumber number) override {
    if (running_.size() >= kMostProcesses) return fail("1000 processes are running already");
    std::string shell = "sh";
    std::string option = "-c";
    char* const arguments[] = {shell.data(), option.data(), command_.data(), nullptr};
    Process process;
    if (const int why =
            ::posix_spawn(&process.pid, "/bin/sh", &files_, &attributes_, arguments, environ))
      return fail(std::strerror(why));
    process.fd = static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0));
    if (process.fd < 0) {
      const int why = errno;
      end(process);
      return fail(std::strerror(why));
    }
    waiter_.watch(process.fd, number, true, false);
    running_.emplace(number, process);
    return {};
  }

  void wait(Duration at_most, const OnEnd& on_end) override {
    for (const Waiter::Ready& ready : waiter_.wait(at_most)) {
      const auto it = running_.find(ready.tag);
      if (it == running_.end()) continue;
      int status = 0;
      if (::waitpid(it->second.pid, &status, WNOHANG) != it->second.pid) continue;
      ::close(it->second.fd);
      running_.erase(it);
      on_end(ready.tag, how_it_ended(status));
    }
  }

  void give_up(RequestNumber number) override {
    const auto it = running_.find(number);
    if (it == running_.end()) return;
    end(it->second);
    ::close(it->second.fd);
    running_.erase(it);
  }

 private:
  struct Process {
    pid_t pid = -1;
    int fd = -1;
  };
  static void end(const Process& process) {
    ::kill(-process.pid, SIGKILL);
    ::waitpid(process.pid, nullptr, 0);
  }

  std::string command_;
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t files_{};
  Waiter waiter_;
  std::map<RequestNumber, Process> running_;
};

}  // namespace

std::unique_ptr<Probe> make_command_probe(const Target& target) {
  return std::make_unique<CommandProbe>(target.text);
}

}  // namespace prumo::probe
