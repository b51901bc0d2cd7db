// prumo-simulate: runs seeds of the deterministic simulation, or replays one with its transcript.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/simulation/program/scale_table.h"
#include "tests/simulation/program/summary.h"
#include "tests/simulation/run/campaign.h"
#include "tests/simulation/run/option_text.h"
#include "tests/simulation/run/weakenings.h"

namespace {

using prumo::simulation::Campaign;
using prumo::simulation::CampaignPlan;

constexpr int kPassed = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

constexpr const char* kFooter =
    "A seed decides everything: the hosts, their VMs, the settings, what goes wrong and when. "
    "First "
    "there\nare faults, under which nothing unsafe may happen; then all is mended, and the cluster "
    "must find back\nto one coordinator and to balance.\n\n"
    "  prumo-simulate --seeds 1..1000 --jobs 2      a campaign; ends at the first violation\n"
    "  prumo-simulate --replay 17                   seed 17: what it has drawn, and what happened\n"
    "  prumo-simulate --seeds 1.. --for 3600        an hour of it; an interrupt ends it with the "
    "summary\n"
    "  prumo-simulate --seeds 1..300 --without slot shows that the checkers notice\n"
    "  prumo-simulate --scale 100,300,1000          calm clusters of that size, measured\n\n"
    "Exit codes: 0 all is well; 1 a violation, a seed that ran differently the second time, or a "
    "path that\na big campaign never took; 2 wrong usage.";

std::atomic<bool> interrupted = false;
void interrupt(int) { interrupted = true; }

/// "A..B", "A.." (no end) or "A"; false when it is anything else.
bool parse_seeds(const std::string& text, CampaignPlan& plan) {
  const std::size_t dots = text.find("..");
  const auto number = [](const std::string& digits, std::uint64_t& value) {
    if (digits.empty() || digits.size() > 18 ||
        digits.find_first_not_of("0123456789") != std::string::npos)
      return false;
    value = std::stoull(digits);
    return true;
  };
  if (!number(text.substr(0, dots), plan.first)) return false;
  plan.last = plan.first;
  if (dots == std::string::npos) return true;
  if (text.size() == dots + 2) {
    plan.last = std::numeric_limits<std::uint64_t>::max() - 1;
    return true;
  }
  return number(text.substr(dots + 2), plan.last) && plan.first <= plan.last;
}

int replay(std::uint64_t seed, const CampaignPlan& plan, std::size_t lines) {
  const auto scenario = prumo::simulation::scenario_of(seed, plan);
  std::printf("Seed %llu\n%s\nWhat happened: true time, host, its own time\n",
              static_cast<unsigned long long>(seed),
              prumo::simulation::option_text(scenario).c_str());
  std::fflush(stdout);
  auto report = prumo::simulation::run(scenario, lines);
  std::printf("%s\n", report.transcript.c_str());
  report.transcript.clear();
  std::printf("%sfingerprint %016llx\n", prumo::simulation::explain(report).c_str(),
              static_cast<unsigned long long>(report.fingerprint));
  return report.violation ? kFailed : kPassed;
}

/// One line that is written over, at most twice a second.
class Progress {
 public:
  void show(const Campaign& c) {
    if (c.seconds < next_) return;
    next_ = c.seconds + 0.5;
    std::fprintf(stderr, "\r%llu seeds, %.1f a second, %zu violations ",
                 static_cast<unsigned long long>(c.seeds), static_cast<double>(c.seeds) / c.seconds,
                 c.failed.size());
    shown_ = true;
  }
  void clear() const {
    if (shown_) std::fprintf(stderr, "\r%50s\r", "");
  }

 private:
  double next_ = 0.5;
  bool shown_ = false;
};

int run_campaign(const CampaignPlan& plan, bool json, bool with_paths) {
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  Progress progress;
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const Campaign campaign = prumo::simulation::run_campaign(plan, [&](const Campaign& so_far) {
    if (terminal) progress.show(so_far);
  });
  progress.clear();
  std::fputs(json ? prumo::simulation::as_json(plan, campaign).c_str()
                  : prumo::simulation::as_text(plan, campaign, with_paths).c_str(),
             stdout);
  return prumo::simulation::passed(plan, campaign) ? kPassed : kFailed;
}

int measure(const std::vector<std::size_t>& sizes, std::uint64_t seed, bool json) {
  std::vector<prumo::simulation::Scale> rows;
  try {
    for (const std::size_t size : sizes)
      for (const double loss : {0.0, 0.1})
        rows.push_back(prumo::simulation::measure_scale(size, loss, seed));
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "prumo-simulate: %s\n", error.what());
    return kFailed;
  }
  std::fputs((json ? prumo::simulation::as_json(rows) : prumo::simulation::as_table(rows)).c_str(),
             stdout);
  return kPassed;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Runs the deterministic simulation of prumo: whole clusters of the shipping code in "
      "virtual time"};
  app.footer(kFooter);
  app.get_formatter()->column_width(26);
  CampaignPlan plan;
  plan.interrupted = &interrupted;
  std::string seeds = "1..100";
  std::uint64_t seed = 0;
  std::size_t hosts = 0;
  std::int64_t fault_seconds = 0;
  std::size_t lines = 0;
  std::string without;
  std::string format = "text";
  bool paths = false;
  std::vector<std::size_t> sizes;

  std::vector<std::string> names;
  for (const auto& weakening : prumo::simulation::weakenings()) names.push_back(weakening.name);
  auto* many = app.add_option("--seeds", seeds, "A..B, or A.. without end")
                   ->type_name("SEEDS")
                   ->capture_default_str();
  auto* one = app.add_option("--replay", seed, "print all that this seed draws, and its transcript")
                  ->type_name("SEED")
                  ->excludes(many);
  app.add_option("--jobs", plan.jobs, "threads")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
  app.add_option("--for", plan.granted_seconds, "begin no seed after so many seconds")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 1e7).description(""));
  app.add_option("--hosts", hosts, "hosts, instead of as many as are drawn")
      ->type_name("N")
      ->check(CLI::Range(1, 1000).description(""));
  app.add_option("--fault-seconds", fault_seconds,
                 "virtual seconds of faults, instead of as many as are drawn")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 1'000'000).description(""));
  app.add_option("--without", without, "take this mechanism away")
      ->type_name("NAME")
      ->check(CLI::IsMember(names));
  app.add_flag("--go-on", plan.go_on, "after a violation, too");
  auto* most = app.add_option("--lines", lines,
                              "last lines of a transcript (40 of a violation, all of --replay)")
                   ->type_name("N");
  app.add_option("--scale", sizes, "measure calm clusters of so many hosts, without and with loss")
      ->type_name("N,N,...")
      ->delimiter(',')
      ->check(CLI::Range(3, 2000).description(""))
      ->excludes(many)
      ->excludes(one);
  app.add_option("--format", format)->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  app.add_flag("--paths", paths, "print the table of paths of a small campaign, too");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kPassed : kUsage;
  }
  if (!parse_seeds(seeds, plan)) {
    std::fprintf(stderr, "prumo-simulate: --seeds %s: give it as A..B with A at most B, or A..\n",
                 seeds.c_str());
    return kUsage;
  }
  if (hosts > 0) plan.limits.hosts = hosts;
  if (fault_seconds > 0) plan.limits.faults_last = std::chrono::seconds(fault_seconds);
  plan.without = prumo::simulation::find_weakening(without);
  if (most->count() > 0) plan.transcript_lines = lines;
  if (!sizes.empty()) return measure(sizes, 1, format == "json");
  if (one->count() == 0) return run_campaign(plan, format == "json", paths);
  return replay(seed, plan, most->count() > 0 ? lines : std::numeric_limits<std::size_t>::max());
}
