// A VM that a host starts when it boots must do so on one host alone, whatever fails meanwhile.

#include <gtest/gtest.h>

#include "tests/simulation/checks/operation_checker.h"
#include "tests/simulation/engine/watchers.h"
#include "tests/simulation/scenes.h"

namespace prumo::simulation {
namespace {

const VmId kVm("vm-1-1");

/// Three hosts; the first is overloaded by two VMs that start with it, and Finish is slow.
Scenario hot(std::uint64_t seed) {
  Scenario s = calm(3, seed);
  s.vms.resize(2);
  for (std::size_t i = 0; i < s.vms.size(); ++i) {
    VmSpec& vm = s.vms[i];
    vm.id = VmId("vm-1-" + std::to_string(i + 1));
    vm.name = vm.id.value;
    vm.home = 0;
    vm.load = LoadTrace({{TrueTime{-1h}, {s.hosts[0].capacity.cpu * 0.46, 64, 0}}});
    vm.memory_mib = 64;
    vm.dirty_mib_s = 0;
    vm.autostart = true;
    vm.pinned = i == 0 ? "" : "stays";
  }
  for (HostSpec& host : s.hosts) host.capacity = s.hosts[0].capacity;
  s.hypervisor.slow_finish = 1;
  return s;
}

TEST(Autostart, IsNotSetAtTheDestinationBeforeTheSourceHasGivenTheVmUp) {
  std::size_t crashed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Verdict verdict;
    const Scenario scenario = hot(seed);
    Watchers watchers;
    Cluster cluster(scenario, watchers);
    OperationChecker checker(cluster, verdict);
    watchers.add(checker);
    cluster.start();
    const auto both_know = [&] {
      for (std::size_t i = 1; i < cluster.size(); ++i)
        if (cluster.virtualisation().runs(i, kVm) && cluster.virtualisation().copy(0, kVm))
          return i;
      return std::size_t{0};
    };
    for (TrueTime t = 10s; t < 3min && both_know() == 0; t += 50ms)
      while (cluster.heap().run_next(t)) {
      }
    const std::size_t destination = both_know();
    if (destination == 0) continue;
    ++crashed;
    // It has looked, and the source still waits for the answer to Finish.
    const TrueTime end = cluster.now() + 2500ms;
    while (cluster.heap().run_next(end)) {
    }
    cluster.machine(destination).crash(1min);
    while (cluster.heap().run_next(end + 3min)) {
    }
    EXPECT_FALSE(verdict.bad()) << "seed " << seed << ": " << verdict.first()->text;
  }
  EXPECT_GT(crashed, 10U);
}

}  // namespace
}  // namespace prumo::simulation
