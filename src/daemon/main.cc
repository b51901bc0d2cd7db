// prumod: one per host.

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "src/daemon/daemon.h"
#include "src/daemon/parts.h"

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

int complain(int code, const std::string& line) {
  std::fprintf(stderr, "prumod: %s\n", line.c_str());
  return code;
}

int check(const prumo::config::Config& config, const prumo::daemon::Identity& identity) {
  const auto troubles = prumo::daemon::check_parts(config, identity);
  bool well = true;
  for (const std::string& trouble : troubles) {
    complain(kFailed, trouble);
    well = well && trouble.starts_with("warning: ");  // advice, which forbids nothing
  }
  if (well) std::printf("%s: all is well\n", config.path.c_str());
  return well ? kDone : kFailed;
}

/// Error: the log file can't be opened.
bool open_log(const prumo::config::Config& config) {
  try {
    spdlog::set_default_logger(config.log.file.empty()
                                   ? spdlog::stderr_logger_mt("prumod")
                                   : spdlog::basic_logger_mt("prumod", config.log.file));
  } catch (const spdlog::spdlog_ex& error) {
    complain(kFailed, config.log.file + ": can't be opened for the log (" + error.what() + ")");
    return false;
  }
  spdlog::set_pattern(config.log.file.empty() && getenv("JOURNAL_STREAM") != nullptr
                          ? "%l %v"
                          : "%Y-%m-%d %H:%M:%S.%e %l %v");
  spdlog::set_level(spdlog::level::from_str(config.log.level));
  spdlog::flush_on(spdlog::level::info);
  return true;
}

/// Peers cost two descriptors each; the soft limit of most systems is too low for hundreds.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Balances virtual machines between this libvirt host and its peers."};
  std::string path = "/etc/prumo/prumo.toml";
  bool only_check = false;
  app.add_option("--config", path, "Configuration file")->capture_default_str();
  app.add_flag("--check-config", only_check,
               "Check the configuration, the keys, the libvirt\n"
               "connection and the migration address, say what is\n"
               "wrong and how to cure it, and end");
  app.set_version_flag("--version", "prumod " PRUMO_VERSION);
  app.footer(
      "SIGTERM hands over and stops; running migrations go on. SIGHUP reads members,\n"
      "clients and mode again.\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return complain(kUsage, std::string(error.what()) + "; prumod --help shows what there is");
  }

  const auto config = prumo::config::load(path);
  if (!config) return complain(kUsage, config.error().message);
  auto identity = prumo::daemon::identify(*config);
  if (!identity) return complain(kUsage, identity.error().message);
  if (only_check) return check(*config, *identity);

  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();

  auto parts = prumo::daemon::open_parts(*config, std::move(*identity));
  if (!parts) return complain(kFailed, parts.error().message);
  if (!open_log(*config)) return kFailed;
  prumo::daemon::Daemon daemon(*config, std::move(*parts));
  daemon.run();
  // A thread may hang in libvirt for minutes, or in writing the log; nothing that it could still do
  // is wanted.
  _exit(kDone);
}
