#include "tests/bench/plan/limits.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "policy/plan.h"
#include "src/core/random.h"

namespace prumo::bench {
namespace {

constexpr int kCases = 10;
constexpr std::uint64_t kPatience = 5'000'000;

/// VMs of 0.5 to 1.5 % of the host, their load split at random between cpu and memory; as many idle
/// hosts as VMs. `alike`: the cost of a VM goes with its load, so that no VM is a bargain.
policy::Snapshot crowded(std::size_t vms, double excess, bool alike, std::uint64_t seed) {
  Random rng(seed);
  policy::Snapshot s;
  s.hosts.push_back({HostId("hot"), {100, 100, 100}, {85 + excess, 85 + excess, 0}, {}, "", {}});
  for (std::size_t i = 0; i < vms; ++i) {
    s.hosts.push_back({HostId("h" + std::to_string(i)), {100, 100, 100}, {0, 0, 0}, {}, "", {}});
    policy::Vm vm;
    vm.id = VmId("v" + std::to_string(i));
    vm.host = HostId("hot");
    const double load = 1 + rng.unit();
    const double share = rng.unit();
    vm.usage = {load * share, load * (1 - share), 0};
    vm.image_mib = alike ? 100 * load * load * (0.97 + 0.06 * rng.unit()) : 100 + 900 * rng.unit();
    s.vms.push_back(std::move(vm));
  }
  return s;
}

double cost_of(const policy::Relief& relief) {
  double cost = 0;
  for (const policy::Move& move : relief.moves) cost += move.cost.as_double();
  return cost;
}

void one(std::size_t vms, double excess, bool alike) {
  std::vector<std::uint64_t> nodes;
  std::size_t k = 0;
  int limited = 0;
  int larger = 0;
  int unproven = 0;
  double dearer = 0;
  for (int i = 0; i < kCases; ++i) {
    const policy::Snapshot s = crowded(vms, excess, alike, static_cast<std::uint64_t>(i) + 1);
    const policy::Relief relief = policy::relieve(s, HostId("hot"), {});
    nodes.push_back(relief.explanation.nodes);
    k = std::max(k, relief.moves.size());
    if (!relief.explanation.limit_reached) continue;
    ++limited;
    policy::Parameters patient;
    patient.work_limit = kPatience;
    const policy::Relief best = policy::relieve(s, HostId("hot"), patient);
    if (best.explanation.limit_reached) ++unproven;
    if (best.moves.size() < relief.moves.size()) {
      ++larger;
    } else if (cost_of(best) > 0) {
      dearer = std::max(dearer, cost_of(relief) / cost_of(best) - 1);
    }
  }
  std::sort(nodes.begin(), nodes.end());
  std::printf(
      "{\"vms\":%zu,\"excess\":%.0f,\"alike\":%s,\"k\":%zu,\"cases\":%d,"
      "\"median_nodes\":%llu,\"max_nodes\":%llu,\"limited\":%d,\"larger\":%d,"
      "\"dearer_percent\":%.2f,\"unproven\":%d}\n",
      vms, excess, alike ? "true" : "false", k, kCases,
      static_cast<unsigned long long>(nodes[nodes.size() / 2]),
      static_cast<unsigned long long>(nodes.back()), limited, larger, dearer * 100, unproven);
}

}  // namespace

void limits() {
  for (const bool alike : {false, true}) {
    for (const std::size_t vms : {20, 60, 200}) {
      for (const double excess : {4.0, 8.0, 12.0}) {
        if (excess * 1.6 < static_cast<double>(vms)) one(vms, excess, alike);
      }
    }
  }
}

}  // namespace prumo::bench
