#include "src/replay/measures.h"

#include <algorithm>
#include <cmath>

#include "policy/cost.h"
#include "policy/overload.h"

namespace prumo::replay {
namespace {

constexpr Duration kTakenBackWithin = 1h;
constexpr double kMibPerGib = 1024;

}  // namespace

double cpu_deviation(const Cluster& cluster) {
  const auto& hosts = cluster.snapshot().hosts;
  if (hosts.empty()) return 0;
  double sum = 0;
  double squares = 0;
  for (std::size_t h = 0; h < hosts.size(); ++h) {
    const double capacity = hosts[h].capacity.cpu;
    const double u =
        capacity > 0 ? std::min(1.0, cluster.demand(static_cast<Index>(h)).cpu / capacity) : 0;
    sum += u;
    squares += u * u;
  }
  const auto n = static_cast<double>(hosts.size());
  return std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)));
}

void Measures::pass(Duration time, const Cluster& cluster) {
  if (time <= Duration{0}) return;
  const double s = seconds(time);
  const auto& hosts = cluster.snapshot().hosts;
  for (std::size_t h = 0; h < hosts.size(); ++h) {
    const Resources& demand = cluster.demand(static_cast<Index>(h));
    if (policy::overloaded(policy::utilisation_of(demand, hosts[h].capacity), limit_))
      counts.overloaded_host_s += s;
    counts.unmet_core_s += s * std::max(0.0, demand.cpu - hosts[h].capacity.cpu);
  }
  const double deviation = cpu_deviation(cluster);
  counts.worst_deviation = std::max(counts.worst_deviation, deviation);
  deviation_s_ += s * deviation;
  passed_s_ += s;
}

void Measures::moved(Duration now, Index vm, Index from, Index to, double image_mib) {
  ++counts.migrations;
  counts.moved_gib += image_mib / kMibPerGib;
  std::erase_if(lately_, [&](const Move& m) { return now - m.at > kTakenBackWithin; });
  const bool back = std::any_of(lately_.begin(), lately_.end(),
                                [&](const Move& m) { return m.vm == vm && m.from == to; });
  if (back) ++counts.taken_back;
  lately_.push_back({now, vm, from, to});
}

void Measures::decided(Duration took) {
  counts.decision_time += took;
  counts.longest_decision = std::max(counts.longest_decision, took);
}

Summary Measures::result() const {
  Summary all = counts;
  all.mean_deviation = passed_s_ > 0 ? deviation_s_ / passed_s_ : 0;
  return all;
}

}  // namespace prumo::replay
