// A grid of settings over one trace, and those that no other beats.

#include <algorithm>

#include "src/cli/chart.h"
#include "src/cli/program.h"
#include "src/cli/table.h"
#include "src/cli/trial.h"
#include "src/replay/front.h"
#include "src/replay/policies/catalogue.h"
#include "src/replay/replay.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostSettings = 5000;

struct Grid {
  std::vector<double> mu{0.3, 0.6, 0.9};
  std::vector<double> overload{0.80, 0.85, 0.90, 0.95};
  std::vector<double> target{0.70, 0.75, 0.80, 0.85};
  std::vector<double> alpha{0.2, 0.4, 0.6};
};

struct TunedRun {
  policy::Parameters policy;
  replay::Replay replay;
};

/// The settings as given first, then the grid without them; a target that is not below the limit is
/// no setting.
std::vector<policy::Parameters> settings_in(const Grid& grid, const policy::Parameters& given) {
  std::vector<policy::Parameters> all{given};
  for (const double mu : grid.mu)
    for (const double overload : grid.overload)
      for (const double target : grid.target)
        for (const double alpha : grid.alpha) {
          if (target >= overload) continue;
          policy::Parameters p = given;
          p.mu = mu;
          p.overload = overload;
          p.target = target;
          p.alpha = alpha;
          p.beta = 1 - alpha;
          const bool same = p.mu == given.mu && p.overload == given.overload &&
                            p.target == given.target && p.alpha == given.alpha;
          if (!same && all.size() < kMostSettings) all.push_back(p);
        }
  return all;
}

json json_of(const TunedRun& run, bool on_front, bool given) {
  json out = to_json(run.replay.summary());
  out["mu"] = run.policy.mu;
  out["overload"] = run.policy.overload;
  out["target"] = run.policy.target;
  out["alpha"] = run.policy.alpha;
  out["front"] = on_front;
  out["default"] = given;
  return out;
}

std::string table_of(const std::vector<TunedRun>& runs, const std::vector<std::size_t>& best,
                     double limit, const Style& style) {
  const auto right = [](std::string text) { return Cell{std::move(text), Tone::kPlain, true}; };
  Table table({right("MU"),
               right("OVERLOAD"),
               right("TARGET"),
               right("ALPHA"),
               right("OVERLOADED"),
               right("MOVES"),
               {""}});
  const bool on_front = std::find(best.begin(), best.end(), 0U) != best.end();
  std::vector<std::size_t> shown = best;
  if (!on_front) shown.push_back(0);
  for (const std::size_t i : shown) {
    const TunedRun& run = runs[i];
    const replay::Summary s = run.replay.summary();
    table.add({right(decimal(run.policy.mu, 2)),
               right(decimal(run.policy.overload, 2)),
               right(decimal(run.policy.target, 2)),
               right(decimal(run.policy.alpha, 2)),
               right(decimal(hours(s.overloaded_host_s), 2)),
               right(std::to_string(s.migrations)),
               {i != 0     ? ""
                : on_front ? "as set"
                           : "as set, and beaten"}});
  }
  return "Of " + std::to_string(runs.size()) +
         " settings, those that no other beats on both overload and migrations:\n\n" +
         table.render(style) + "\n" +
         paragraph("OVERLOADED: host-hours above " + decimal(limit, 2) +
                       " of any resource, the same limit for all. MOVES: migrations. \"as set\": "
                       "the documented defaults and what --set says.",
                   style);
}

Tried<void> plot(const std::string& path, const std::vector<TunedRun>& runs,
                 const std::vector<std::size_t>& best, double limit) {
  const auto row = [&](std::size_t i) {
    const replay::Summary s = runs[i].replay.summary();
    return decimal(hours(s.overloaded_host_s), 6) + " " + std::to_string(s.migrations) + "\n";
  };
  std::string all;
  std::string front;
  for (std::size_t i = 0; i < runs.size(); ++i) all += row(i);
  for (const std::size_t i : best) front += row(i);
  return chart::draw(
      path, 900, 560,
      chart::block("all", all) + chart::block("front", front) + chart::block("given", row(0)) +
          "set xlabel 'overloaded (host-hours above " + decimal(limit, 2) +
          ")'\nset ylabel 'migrations'\nset xrange [0:*]\nset yrange [0:*]\nset offsets "
          "graph 0.03, graph 0.05, graph 0.08, 0\nset key top right\nset grid xtics ytics\n"
          "plot $all with points pointtype 7 pointsize 0.5 linecolor rgb '" +
          chart::kGrey +
          "' title 'a setting of mu, overload, target, alpha', $front with linespoints pointtype 7 "
          "pointsize 0.9 linewidth 2 linecolor rgb '" +
          chart::kBlue +
          "' title 'no other setting beats it', $given with points pointtype 9 pointsize 1.8 "
          "linecolor rgb '" +
          chart::kRed + "' title 'documented defaults'\n");
}

void tune(Program& program, const Trial& trial, const Grid& grid) {
  const auto settings = settings_of(trial);
  if (!settings) return program.fail(settings.error());
  if (*std::min_element(grid.target.begin(), grid.target.end()) >=
      *std::max_element(grid.overload.begin(), grid.overload.end()))
    return program.fail(
        {kUsage, "no value of --target is below one of --overload; give lower ones"});
  std::vector<TunedRun> runs;
  for (const policy::Parameters& p : settings_in(grid, settings->policy)) {
    replay::Settings one = *settings;
    one.policy = p;
    runs.push_back({p, {one, replay::make_policy("three-phase", one)}});
  }
  const std::string what = "tune, " + std::to_string(runs.size()) + " settings";
  const auto read =
      read_trace(program, trial.trace, what, [&](const auto& step, const auto& names) {
        for (TunedRun& run : runs) run.replay.step(step, names);
      });
  if (!read) return program.fail(read.error());
  std::vector<replay::Outcome> outcomes;
  for (const TunedRun& run : runs) {
    const replay::Summary s = run.replay.summary();
    outcomes.push_back({s.overloaded_host_s, s.migrations});
  }
  const std::vector<std::size_t> best = replay::front(outcomes);
  if (program.json()) {
    json all = json::array();
    for (std::size_t i = 0; i < runs.size(); ++i)
      all.push_back(json_of(runs[i], std::find(best.begin(), best.end(), i) != best.end(), i == 0));
    program.print(pretty({{"settings", std::move(all)}}));
  } else {
    program.print(table_of(runs, best, settings->measure_above, program.style()));
  }
  if (trial.svg.empty()) return;
  if (const auto drawn = plot(trial.svg, runs, best, settings->measure_above); !drawn)
    program.fail(drawn.error());
}

}  // namespace

void add_tune(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand(
      "tune",
      "Which settings no other beats on both overload and migrations, on a recorded cluster");
  auto trial = std::make_shared<Trial>();
  auto grid = std::make_shared<Grid>();
  add_trial_options(*sub, *trial);
  const auto values = [&](const char* name, std::vector<double>& list, double low, double high,
                          const char* what) {
    sub->add_option(name, list, what)
        ->delimiter(',')
        ->check(CLI::Range(low, high))
        ->capture_default_str();
  };
  values("--mu", grid->mu, 0.01, 0.99, "Values of mu to try");
  values("--overload", grid->overload, 0.05, 1, "Values of the overload limit to try");
  values("--target", grid->target, 0.01, 0.999,
         "Values of the target to try; those below the limit");
  values("--alpha", grid->alpha, 0, 1, "Values of alpha to try; beta is 1 - alpha");
  sub->footer(
      "Examples:\n  prumo tune yesterday\n"
      "  prumo tune yesterday --mu 0.4,0.5,0.6 --overload 0.9 --plot tuned.svg");
  sub->callback([&program, trial, grid] { tune(program, *trial, *grid); });
}

}  // namespace prumo::cli
