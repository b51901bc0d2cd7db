#pragma once
// Small traces written in the tests themselves, and what a run of them came to.

#include <optional>
#include <string>
#include <vector>

#include "src/replay/policies/catalogue.h"
#include "src/replay/replay.h"

namespace prumo::replay {

struct Row {
  int time_s;
  const char* host;
  const char* vm;  ///< "": the host itself
  Resources usage;
  double image_mib = 0;
};

/// Hosts of 10 cores, 10,000 MiB and 10,000 Mbit/s, named before the first step.
class Scene {
 public:
  explicit Scene(const std::vector<std::string>& hosts) {
    for (const std::string& host : hosts) {
      names_.hosts.emplace_back(host);
      names_.capacities.push_back({10, 10'000, 10'000});
    }
  }
  void add(const Row& row) {
    const Duration time = std::chrono::seconds(row.time_s);
    if (steps_.empty() || steps_.back().time != time)
      steps_.push_back({time, std::to_string(row.time_s), {}});
    steps_.back().samples.push_back({host(row.host), vm(row.vm), row.usage, row.image_mib});
  }
  /// The same rows every `interval_s`, from `from_s` to `until_s`.
  void repeat(const std::vector<Row>& rows, int from_s, int until_s, int interval_s = 5) {
    for (int t = from_s; t <= until_s; t += interval_s)
      for (Row row : rows) {
        row.time_s = t;
        add(row);
      }
  }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] const Names& names() const { return names_; }
  Index host(const std::string& id) { return index_of(names_.hosts, HostId(id)); }
  Index vm(const std::string& id) {
    return id.empty() ? kHostItself : index_of(names_.vms, VmId(id));
  }

 private:
  template <class Id>
  static Index index_of(std::vector<Id>& ids, const Id& id) {
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (ids[i] == id) return static_cast<Index>(i);
    ids.push_back(id);
    return static_cast<Index>(ids.size() - 1);
  }
  Names names_;
  std::vector<Step> steps_;
};

struct Outcomes {
  std::vector<Decision> decisions;
  std::vector<std::string> moves;  ///< "60 a h1 -> h2"
  Summary summary;
};

inline Outcomes run(const Scene& scene, const Settings& settings = {},
                    const std::string& policy = "three-phase") {
  Replay replay(settings, make_policy(policy, settings));
  Outcomes out;
  for (const Step& step : scene.steps()) {
    const Decision* decision = replay.step(step, scene.names());
    if (decision == nullptr) continue;
    out.decisions.push_back(*decision);
    for (const Decided& d : decision->hosts)
      for (const DecidedMove& m : d.moves)
        out.moves.push_back(decision->label + " " + m.vm.value + " " + m.from.value + " -> " +
                            m.to.value);
  }
  out.summary = replay.summary();
  return out;
}

using Moves = std::vector<std::string>;

}  // namespace prumo::replay
