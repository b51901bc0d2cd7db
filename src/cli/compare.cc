// Several policies side by side on one trace.

#include "src/cli/chart.h"
#include "src/cli/program.h"
#include "src/cli/table.h"
#include "src/cli/trial.h"
#include "src/replay/policies/catalogue.h"
#include "src/replay/replay.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

struct ComparedRun {
  std::string policy;
  replay::Replay replay;
};

std::string table_of(const std::vector<ComparedRun>& runs, const Style& style) {
  const auto right = [](std::string text) { return Cell{std::move(text), Tone::kPlain, true}; };
  Table table({{"POLICY"},
               right("OVERLOADED"),
               right("NOT MET"),
               right("MOVES"),
               right("GIB"),
               right("BACK"),
               right("DEV"),
               right("WORST"),
               {"MS"}});
  for (const ComparedRun& run : runs) {
    const replay::Summary s = run.replay.summary();
    table.add({{run.policy},
               right(decimal(hours(s.overloaded_host_s), 2)),
               right(decimal(hours(s.unmet_core_s), 2)),
               right(std::to_string(s.migrations)),
               right(decimal(s.moved_gib, 1)),
               right(std::to_string(s.taken_back)),
               right(decimal(s.mean_deviation, 3)),
               right(decimal(s.worst_deviation, 3)),
               {decimal(to_json(s).at("decision_ms_mean").get<double>(), 3)}});
  }
  const replay::Summary s = runs.front().replay.summary();
  const bool percent = runs.front().replay.cluster().percent();
  return std::to_string(s.hosts) + " hosts, " + std::to_string(s.vms) + " VMs, " +
         std::to_string(s.samples) + " samples over " + age(seconds(s.span)) + "\n\n" +
         table.render(style) + "\n" +
         paragraph(
             "OVERLOADED: host-hours above the overload limit. NOT MET: cpu demand beyond the "
             "host's capacity, in " +
                 std::string(percent ? "percent-hours" : "core-hours") +
                 ". BACK: moves taken back within an hour. DEV, WORST: standard deviation of "
                 "the hosts' cpu utilisation, mean and worst. MS: time of a decision, mean.",
             style);
}

Tried<void> plot(const std::string& path, const std::vector<ComparedRun>& runs) {
  std::string rows;
  for (const ComparedRun& run : runs) {
    const replay::Summary s = run.replay.summary();
    rows += run.policy + " " + decimal(hours(s.overloaded_host_s), 6) + " " +
            std::to_string(s.migrations) + " " + decimal(hours(s.unmet_core_s), 6) + " " +
            decimal(s.mean_deviation, 6) + "\n";
  }
  const bool percent = runs.front().replay.cluster().percent();
  std::string commands = chart::block("runs", rows) +
                         "set multiplot layout 2,2 margins 0.17,0.95,0.08,0.92 spacing 0.22,0.20\n"
                         "unset key\nset style fill solid 0.9\nset yrange [*:*] reverse\n"
                         "set offsets 0,0,0.6,0.6\nunset grid\nset grid xtics linecolor rgb "
                         "'#E0E0E0'\nset xtics autofreq\nset ytics scale 0\n";
  const auto panel = [&](const std::string& title, int column) {
    const std::string c = std::to_string(column);
    commands += "set title " + chart::quoted(title) + "\nstats $runs using " + c +
                " nooutput\nset xrange [0:(STATS_max > 0 ? STATS_max * 1.2 : 1)]\nplot $runs using "
                "(0):0:(0):" +
                c + ":($0-0.35):($0+0.35):ytic(1) with boxxyerror linecolor rgb '" + chart::kBlue +
                "', $runs using " + c + ":0:(sprintf('%.4g', $" + c +
                ")) with labels left offset 0.5,0\n";
  };
  panel("overloaded (host-hours)", 2);
  panel("migrations", 3);
  panel(percent ? "cpu demand not met (percent-hours)" : "cpu demand not met (core-hours)", 4);
  panel("mean standard deviation of cpu utilisation", 5);
  return chart::draw(path, 1100, 260 + 40 * static_cast<int>(runs.size()),
                     commands + "unset multiplot\n");
}

void compare(Program& program, const Trial& trial, const std::vector<std::string>& policies) {
  const auto settings = settings_of(trial);
  if (!settings) return program.fail(settings.error());
  std::vector<ComparedRun> runs;
  for (const std::string& policy : policies)
    runs.push_back({policy, {*settings, replay::make_policy(policy, *settings), thread_time}});
  const auto read =
      read_trace(program, trial.trace, "compare", [&](const auto& step, const auto& n) {
        for (ComparedRun& run : runs) run.replay.step(step, n);
      });
  if (!read) return program.fail(read.error());
  if (program.json()) {
    json all = json::array();
    for (const ComparedRun& run : runs) {
      all.push_back(to_json(run.replay.summary()));
      all.back()["policy"] = run.policy;
    }
    program.print(pretty({{"policies", std::move(all)}}));
  } else {
    program.print(table_of(runs, program.style()));
  }
  if (trial.svg.empty()) return;
  if (const auto drawn = plot(trial.svg, runs); !drawn) program.fail(drawn.error());
}

}  // namespace

void add_compare(CLI::App& app, Program& program) {
  CLI::App* sub =
      app.add_subcommand("compare", "Several policies side by side on a recorded cluster");
  auto trial = std::make_shared<Trial>();
  auto policies = std::make_shared<std::vector<std::string>>(replay::policy_names());
  add_trial_options(*sub, *trial);
  sub->add_option("--policy", *policies, "Which, separated by commas; all when not given")
      ->delimiter(',')
      ->check(CLI::IsMember(replay::policy_names()));
  sub->footer(
      "Examples:\n  prumo compare yesterday\n"
      "  prumo compare yesterday --policy three-phase,sandpiper,none --plot compared.svg");
  sub->callback([&program, trial, policies] { compare(program, *trial, *policies); });
}

}  // namespace prumo::cli
