// One policy over a recorded cluster, in virtual time: what would have been decided, and what would
// have come of it.

#include "src/replay/replay.h"

#include "src/cli/program.h"
#include "src/cli/replay_chart.h"
#include "src/cli/table.h"
#include "src/cli/trial.h"
#include "src/replay/policies/catalogue.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr const char* kBegin = "{\"decisions\":[\n";
constexpr auto kReplace = json::error_handler_t::replace;

std::string moves_text(const replay::Decided& decided) {
  std::string text;
  Micro cost;
  for (const replay::DecidedMove& move : decided.moves) {
    text += (text.empty() ? "" : ", ") + move.vm.value + " -> " + move.to.value;
    cost = cost + move.cost;
  }
  return text + " (cost " + decimal(cost.as_double(), 2) + ")";
}

std::string line_of(const replay::Decision& decision, const Style& style) {
  std::string text;
  for (const replay::Frozen& f : decision.frozen)
    text += decision.label + "  " + toned(f.host.value, Tone::kBold, style) + "  " +
            toned(f.why, Tone::kBad, style) + "\n";
  for (const replay::Decided& d : decision.hosts) {
    const bool moves = !d.moves.empty();
    text +=
        decision.label + "  " + toned(d.host.value, Tone::kBold, style) + "  " +
        (d.overload.empty() ? "" : d.overload + ": ") +
        toned(moves ? moves_text(d) : "no relief", moves ? Tone::kGood : Tone::kWarning, style) +
        (moves || d.infeasible.empty() ? "" : ": " + d.infeasible) + "\n";
  }
  return text;
}

/// The keys of a decision are those of `prumo plan`.
json json_of(const replay::Decision& decision) {
  json out{{"time", decision.label},      {"time_s", seconds(decision.time)},
           {"overloaded", json::array()}, {"migrations", json::array()},
           {"infeasible", json::array()}, {"frozen", json::array()}};
  if (const auto number = json::parse(decision.label, nullptr, false); number.is_number())
    out["time"] = number;
  for (const replay::Frozen& f : decision.frozen)
    out["frozen"].push_back({{"host", f.host.value}, {"reason", f.why}});
  for (const replay::Decided& d : decision.hosts) {
    out["overloaded"].push_back(d.host.value);
    for (const replay::DecidedMove& m : d.moves)
      out["migrations"].push_back({{"vm", m.vm.value},
                                   {"from", m.from.value},
                                   {"to", m.to.value},
                                   {"cost", m.cost.as_double()},
                                   {"image_mib", m.image_mib}});
    if (d.moves.empty())
      out["infeasible"].push_back({{"host", d.host.value}, {"reason", d.infeasible}});
  }
  return out;
}

std::string summary_text(const replay::Summary& s, const replay::Cluster& cluster,
                         bool as_recorded) {
  const double host_time = seconds(s.span) * static_cast<double>(s.hosts);
  const std::string cpu = cluster.percent() ? "percent-hours" : "core-hours";
  const auto count = [](std::uint64_t n) { return std::to_string(n); };
  const auto out = to_json(s);
  return count(s.hosts) + " hosts, " + count(s.vms) + " VMs, " + count(s.samples) +
         " samples over " + age(seconds(s.span)) + (as_recorded ? ", as recorded" : "") + "\n" +
         "  overloaded    " + decimal(hours(s.overloaded_host_s), 2) + " host-hours, " +
         decimal(host_time > 0 ? 100 * s.overloaded_host_s / host_time : 0, 2) +
         " % of all hosts' time\n" +  //
         "  cpu not met   " + decimal(hours(s.unmet_core_s), 2) + " " + cpu + "\n" +
         "  migrations    " + count(s.migrations) + ", " + decimal(s.moved_gib, 1) + " GiB, " +
         count(s.taken_back) + " taken back within an hour\n" +  //
         "  no relief     " + count(s.infeasible) + " of " + count(s.decisions) + " decisions\n" +
         "  imbalance     standard deviation of cpu " + decimal(s.mean_deviation, 3) +
         " on average, " + decimal(s.worst_deviation, 3) + " at worst\n" +  //
         "  deciding      " + decimal(out.at("decision_ms_mean").get<double>(), 3) +
         " ms on average, " + decimal(out.at("decision_ms_longest").get<double>(), 3) +
         " ms at worst\n";
}

struct ReplayWanted {
  std::string policy = "three-phase";
  bool as_recorded = false;
};

void replay_trace(Program& program, const Trial& trial, const ReplayWanted& wanted) {
  auto settings = settings_of(trial);
  if (!settings) return program.fail(settings.error());
  settings->as_recorded = wanted.as_recorded;
  settings->reasons = true;
  replay::Replay run(*settings, replay::make_policy(wanted.policy, *settings), thread_time);
  ReplayChart chart(*settings);
  replay::Names hosts;
  bool first = true;
  const auto on_step = [&](const replay::Step& step, const replay::Names& names) {
    const replay::Decision* decision = run.step(step, names);
    if (!trial.svg.empty()) {
      chart.add(run, step.time, decision);
      if (hosts.hosts.size() != names.hosts.size()) hosts.hosts = names.hosts;
    }
    if (decision == nullptr) return;
    clear_progress(program);
    if (!program.json()) return program.print(line_of(*decision, program.style()));
    program.print((first ? kBegin : ",\n") + json_of(*decision).dump(-1, ' ', false, kReplace));
    first = false;
  };
  if (const auto read = read_trace(program, trial.trace, "replay", on_step); !read) {
    if (program.json() && !first)
      program.print("],\n\"error\":" + json(read.error().message).dump(-1, ' ', false, kReplace) +
                    "}\n");
    return program.fail(read.error());
  }
  const replay::Summary summary = run.summary();
  program.print(program.json() ? (first ? kBegin : "") + std::string("],\n\"summary\":") +
                                     to_json(summary).dump() + "}\n"
                               : (summary.decisions > 0 ? "\n" : "") +
                                     summary_text(summary, run.cluster(), wanted.as_recorded));
  if (trial.svg.empty()) return;
  if (const auto drawn = chart.draw(trial.svg, hosts); !drawn) program.fail(drawn.error());
}

}  // namespace

void add_replay(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand(
      "replay",
      "What prumo would have decided on a recorded cluster, and what would have come of it");
  auto trial = std::make_shared<Trial>();
  auto wanted = std::make_shared<ReplayWanted>();
  add_trial_options(*sub, *trial);
  sub->add_option("--policy", wanted->policy, "Which policy decides")
      ->check(CLI::IsMember(replay::policy_names()))
      ->capture_default_str();
  sub->add_flag("--as-recorded", wanted->as_recorded,
                "Hosts keep their recorded figures and nothing moves: each overload as it was");
  sub->footer(
      "Without --as-recorded VMs move in a model: migrations take time, load both sides, and the\n"
      "figures follow. Examples:\n"
      "  prumo replay yesterday\n"
      "  prumo replay yesterday --set overload=0.8 --set target=0.75 --format json\n"
      "  prumo replay yesterday --plot yesterday.svg");
  sub->callback([&program, trial, wanted] { replay_trace(program, *trial, *wanted); });
}

}  // namespace prumo::cli
