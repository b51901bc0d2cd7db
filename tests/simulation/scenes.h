#pragma once
// Scenarios for directed tests: nothing goes wrong but what the test does.

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/scenario.h"

namespace prumo::simulation {

/// Exact clocks, fair weather, no faults, the default settings and idle VMs.
[[nodiscard]] inline Scenario calm(std::size_t hosts, std::uint64_t seed = 1) {
  Scenario s = draw_scenario(seed, {.hosts = hosts, .faults_last = 60s});
  s.parameters = s.promised = Parameters{};
  s.network = {};
  s.disk = {};
  s.hypervisor = {};
  s.faults = {};
  s.hook = false;
  for (HostSpec& host : s.hosts) host.rate_ppm = 1'000'000;
  for (VmSpec& vm : s.vms) vm.load = LoadTrace({{TrueTime{-1h}, {0.01, 64, 0}}});
  return s;
}

/// A cluster of it that has started.
struct Scene {
  explicit Scene(Scenario s) : scenario(std::move(s)) { cluster.start(); }
  void until(TrueTime when) {
    while (cluster.heap().run_next(when)) {
    }
  }
  [[nodiscard]] const Peer& peer(std::size_t host) const { return *cluster.machine(host).peer(); }

  Scenario scenario;
  Watcher watcher;
  Cluster cluster{scenario, watcher};
};

}  // namespace prumo::simulation
