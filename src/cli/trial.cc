#include "src/cli/trial.h"

#include <chrono>
#include <ctime>

#include "src/cli/settings.h"
#include "src/cli/table.h"
#include "src/trace/reader.h"

namespace prumo::cli {
namespace {

constexpr Duration kProgressEvery = 200ms;

}  // namespace

void add_trial_options(CLI::App& sub, Trial& trial) {
  sub.add_option(
         "TRACE", trial.trace,
         "Folder with samples.csv and hosts.csv, or one CSV file; `prumo record` writes one")
      ->required();
  sub.add_option(
      "--set", trial.settings,
      "A key of prumo.toml: target=0.8 of [policy], or in full relief.cooldown=5min; may "
      "be repeated");
  sub.add_option("--bandwidth", trial.bandwidth_mib_s, "MiB/s of one migration")
      ->check(CLI::Range(0.001, 1e6))
      ->capture_default_str();
  sub.add_option("--dirty", trial.dirty_mib_s,
                 "MiB/s that each VM writes, which a migration copies again; no trace tells it")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  sub.add_option("--plot", trial.svg, "Also draws a chart into this SVG file; needs gnuplot");
}

Tried<replay::Settings> settings_of(const Trial& trial) {
  const auto parameters = parameters_of(trial.settings);
  if (!parameters) return tl::unexpected(parameters.error());
  replay::Settings settings;
  settings.policy = parameters->policy;
  settings.relief = parameters->relief;
  settings.measure_above = parameters->policy.overload;
  settings.bandwidth_mib_s = trial.bandwidth_mib_s;
  settings.dirty_mib_s = trial.dirty_mib_s;
  return settings;
}

Tried<void> read_trace(Program& program, const std::string& path, const std::string& what,
                       const OnStep& on_step) {
  auto reader = trace::Reader::open(path);
  if (!reader) return failure(kUsage, reader.error().message);
  const Environment& environment = program.environment();
  replay::Step step;
  Duration next{0};
  for (;;) {
    const auto more = reader->next(step);
    if (!more) {
      clear_progress(program);
      return failure(kUsage, more.error().message);
    }
    if (!*more) break;
    on_step(step, reader->names());
    if (!environment.progress) continue;
    if (const Duration now = stopwatch(); now >= next) {
      next = now + kProgressEvery;
      environment.err << "\r\x1b[K" << what << " " << decimal(100 * reader->progress(), 0) << " %, "
                      << step.label << std::flush;
    }
  }
  clear_progress(program);
  return {};
}

void clear_progress(Program& program) {
  if (program.environment().progress) program.environment().err << "\r\x1b[K" << std::flush;
}

Duration stopwatch() {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

Duration thread_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(time.tv_sec) +
                                              std::chrono::nanoseconds(time.tv_nsec));
}

double hours(double seconds) { return seconds / 3600; }

nlohmann::json to_json(const replay::Summary& s) {
  const double decisions = s.decisions > 0 ? static_cast<double>(s.decisions) : 1;
  return {{"hosts", s.hosts},
          {"vms", s.vms},
          {"steps", s.steps},
          {"samples", s.samples},
          {"span_s", seconds(s.span)},
          {"decisions", s.decisions},
          {"infeasible", s.infeasible},
          {"frozen", s.frozen},
          {"migrations", s.migrations},
          {"moved_gib", s.moved_gib},
          {"taken_back", s.taken_back},
          {"overloaded_host_hours", hours(s.overloaded_host_s)},
          {"unmet_core_hours", hours(s.unmet_core_s)},
          {"deviation_mean", s.mean_deviation},
          {"deviation_worst", s.worst_deviation},
          {"decision_ms_mean", 1000 * seconds(s.decision_time) / decisions},
          {"decision_ms_longest", 1000 * seconds(s.longest_decision)}};
}

}  // namespace prumo::cli
