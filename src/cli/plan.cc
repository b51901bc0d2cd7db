// The decision on a recorded or invented cluster: no daemon is asked, nothing is changed.

#include "policy/plan.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "policy/render.h"
#include "src/cli/program.h"
#include "src/cli/settings.h"
#include "src/cli/table.h"
#include "src/wire/snapshot_json.h"

namespace prumo::cli {
namespace {

constexpr std::size_t kMostBytes = 256 * 1024 * 1024;

Tried<std::string> read(const std::string& path) {
  std::string text;
  const auto take = [&text](std::istream& in) {
    text.assign(std::istreambuf_iterator<char>(in), {});
  };
  if (path == "-") {
    take(std::cin);
  } else {
    std::ifstream file(path, std::ios::binary);
    if (!file || file.peek() == std::ifstream::traits_type::eof())
      return failure(
          kUsage, path + ": can't be read, or is empty; name a snapshot, or - for standard input");
    take(file);
  }
  if (text.size() > kMostBytes)
    return failure(kUsage, path + ": longer than 256 MiB; name a snapshot");
  return text;
}

std::string render(const policy::Decision& decision, const policy::Parameters& p) {
  if (decision.reliefs.empty())
    return "No host is overloaded: none is above " + decimal(p.overload, 3) + " of any resource.\n";
  std::string out;
  for (const policy::Relief& relief : decision.reliefs)
    out += (out.empty() ? "" : "\n") + policy::render(relief);
  return out;
}

/// Of a setting that would be obeyed silently and change nothing; empty: it counts.
std::string no_effect(const std::string& setting) {
  const std::string key = key_of(setting);
  const std::string start = "--set " + setting + " has no effect on a snapshot, ";
  if (key == "mu")
    return start +
           "whose figures are smoothed already; try it with prumo explain --round, or replay";
  if (of_a_moment(key)) return {};
  return start + "which holds one moment and what each host said of itself; try it with replay";
}

}  // namespace

void add_plan(CLI::App& app, Program& program) {
  CLI::App* sub =
      app.add_subcommand("plan", "What prumo would do about a snapshot of a cluster, and why");
  auto path = std::make_shared<std::string>();
  auto settings = std::make_shared<std::vector<std::string>>();
  sub->add_option("--snapshot", *path, "JSON file with hosts and vms; - for standard input")
      ->required();
  sub->add_option("--set", *settings,
                  "A key of [policy] as in prumo.toml, like target=0.8; may be repeated");
  sub->footer(
      "What the migrations will take is predicted of VMs that have, beside their usage,\n"
      "  \"migration\": {\"bandwidth_mib_s\": 100, \"dirty_mib_s\": 12, \"method\": \"auto\",\n"
      "                \"max_downtime_ms\": 300, \"deadline_s\": 60}     (only the first is "
      "needed)\n"
      "Examples:\n  prumo plan --snapshot lab.json\n"
      "  prumo plan --snapshot lab.json --set overload=0.8 --set target=0.75 --format json");
  sub->callback([&program, path, settings] {
    const auto text = read(*path);
    if (!text) return program.fail(text.error());
    const auto snapshot = wire::parse_snapshot(*text);
    if (!snapshot)
      return program.fail({kUsage, (*path == "-" ? "standard input" : *path) + ": " +
                                       snapshot.error().message + "; correct the snapshot"});
    const auto all = parameters_of(*settings);
    if (!all) return program.fail(all.error());
    for (const std::string& setting : *settings)
      if (const std::string note = no_effect(setting); !note.empty())
        program.environment().err << "prumo: " << note << "\n";
    const policy::Parameters& p = all->policy;
    const policy::Decision decision = policy::plan(*snapshot, p);
    program.print(program.json() ? pretty(wire::to_json(decision)) : render(decision, p));
  });
}

}  // namespace prumo::cli
