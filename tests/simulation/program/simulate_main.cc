// prumo-simulate: runs seeds of the deterministic simulation, or replays one with its transcript.

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/simulation/run/simulation.h"
#include "tests/simulation/run/weakenings.h"

namespace {

using prumo::Duration;
using prumo::simulation::Report;

struct Options {
  std::string seeds = "1..100";
  std::uint64_t replay = 0;
  std::size_t hosts = 0;
  std::int64_t fault_seconds = 0;
  std::size_t lines = 40;
  bool all = false;
  std::string weakening;
};

prumo::simulation::Limits limits_of(const Options& options) {
  prumo::simulation::Limits limits;
  if (options.hosts > 0) limits.hosts = options.hosts;
  if (options.fault_seconds > 0) limits.faults_last = std::chrono::seconds(options.fault_seconds);
  return limits;
}

prumo::simulation::Scenario scenario_of(std::uint64_t seed, const Options& options) {
  prumo::simulation::Scenario scenario = prumo::simulation::draw_scenario(seed, limits_of(options));
  if (const auto* weakening = prumo::simulation::find_weakening(options.weakening))
    weakening->apply(scenario);
  return scenario;
}

int replay(const Options& options) {
  const Report report = prumo::simulation::run(scenario_of(options.replay, options), options.lines);
  std::printf("%sfingerprint %016llx\n", prumo::simulation::explain(report).c_str(),
              static_cast<unsigned long long>(report.fingerprint));
  if (!report.violation) std::printf("%s", report.transcript.c_str());
  return report.violation ? 1 : 0;
}

int run_many(const Options& options) {
  const std::size_t dots = options.seeds.find("..");
  const std::uint64_t first = std::stoull(options.seeds);
  const std::uint64_t last =
      dots == std::string::npos ? first : std::stoull(options.seeds.substr(dots + 2));
  const auto begin = std::chrono::steady_clock::now();
  std::size_t bad = 0;
  std::size_t arrived = 0;
  std::size_t elections = 0;
  Duration virtual_time{0};
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const Report report = prumo::simulation::run_and_explain(scenario_of(seed, options),
                                                             options.all ? 0 : options.lines);
    virtual_time += report.virtual_time;
    arrived += report.arrived;
    elections += report.elections;
    if (!report.violation) continue;
    ++bad;
    std::printf("%s", prumo::simulation::explain(report).c_str());
    std::fflush(stdout);
    if (!options.all) break;
  }
  const double spent =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf(
      "seeds %s: %zu violations, %.0f s of virtual time in %.1f s, %zu migrations, %zu elections\n",
      options.seeds.c_str(), bad, prumo::seconds(virtual_time), spent, arrived, elections);
  return bad > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs the deterministic simulation of prumo"};
  Options options;
  app.add_option("--seeds", options.seeds, "seeds to run, A..B")->capture_default_str();
  auto* one = app.add_option("--replay", options.replay, "run this seed and print its last lines");
  app.add_option("--hosts", options.hosts, "number of hosts instead of the drawn one");
  app.add_option("--seconds", options.fault_seconds,
                 "virtual seconds of faults instead of the drawn length");
  app.add_option("--lines", options.lines, "lines of transcript")->capture_default_str();
  std::vector<std::string> names;
  for (const auto& weakening : prumo::simulation::weakenings()) names.push_back(weakening.name);
  app.add_option("--without", options.weakening, "take this mechanism away")
      ->check(CLI::IsMember(names));
  app.add_flag("--all", options.all, "go on after a violation, one line each");
  CLI11_PARSE(app, argc, argv);
  return one->count() > 0 ? replay(options) : run_many(options);
}
