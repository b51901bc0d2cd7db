#include "tests/simulation/engine/scenario.h"

#include <algorithm>
#include <array>
#include <string>

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/scenario_draws.h"

namespace prumo::simulation {

namespace {

std::size_t draw_host_count(Random& random) {
  // Large clusters are slow to simulate, and what goes wrong in them mostly does in small ones too.
  const std::uint64_t percentile = random.below(1000);
  if (percentile < 5) return 50;
  if (percentile < 30) return 15;
  constexpr std::array<std::size_t, 10> kCounts{1, 2, 2, 3, 3, 3, 5, 5, 5, 7};
  return kCounts[percentile % kCounts.size()];
}

/// Rates of the clocks, in millionths.
struct Clocks {
  std::int64_t slowest = 955'000;  ///< any two differ by less than the drift bound of 10 %
  std::int64_t fastest = 1'045'000;
};
constexpr Clocks kBadClocks{750'000, 1'300'000};

HostSpec draw_host(Random& random, const Clocks& clocks) {
  constexpr std::array kCores{4.0, 8.0, 8.0, 16.0};
  const double cores = kCores[random.below(kCores.size())];
  HostSpec host;
  host.rate_ppm = clocks.slowest +
                  static_cast<std::int64_t>(
                      random.below(static_cast<std::uint64_t>(clocks.fastest - clocks.slowest)));
  host.uptime = draw(random, 0s, 600s);
  host.capacity = {cores, cores * 2048, random.chance(0.5) ? 1'000.0 : 10'000.0};
  return host;
}

/// Its share of the host's load; the steps are over before the faults are.
LoadTrace draw_load(Random& random, const Resources& capacity, double share, double memory_mib,
                    Duration end) {
  std::vector<LoadTrace::Step> steps;
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const double level = share * draw(random, 0.7, 1.3);
    steps.push_back(
        {i == 0 ? TrueTime{-1h} : draw(random, 0s, end),
         {capacity.cpu * level, memory_mib, capacity.network * level * draw(random, 0.0, 0.8)}});
  }
  std::sort(steps.begin(), steps.end(),
            [](const auto& a, const auto& b) { return a.from < b.from; });
  return LoadTrace(std::move(steps));
}

/// A second machine with the id of one of the hosts, in an early part of the run.
Clone draw_clone(Random& random, std::size_t hosts, Duration faults_last) {
  using Store = Clone::Store;
  using Reached = Clone::Reached;
  constexpr std::array kStores{Store::kEmpty, Store::kSame, Store::kSame, Store::kOld};
  constexpr std::array kReached{Reached::kOriginal, Reached::kClone, Reached::kEither,
                                Reached::kEither, Reached::kContested};
  Clone clone;
  clone.of = random.below(hosts);
  clone.appears = draw(random, 3s, faults_last / 2);
  clone.removed = random.chance(0.5) ? draw(random, clone.appears, faults_last) : faults_last;
  clone.store = kStores[random.below(kStores.size())];
  clone.reached = kReached[random.below(kReached.size())];
  if (clone.reached == Reached::kEither || clone.reached == Reached::kContested)
    clone.changes = draw_tailed(random, 50ms, 3s, 0.5, 20s);
  return clone;
}

void draw_vms(Random& random, Scenario& scenario) {
  for (std::size_t h = 0; h < scenario.hosts.size(); ++h) {
    const bool cloned = h >= scenario.members.size();
    const Resources& capacity = scenario.hosts[h].capacity;
    const bool hot = random.chance(0.45);
    const double total = hot ? draw(random, 0.88, 1.1) : draw(random, 0.05, 0.6);
    const std::size_t count = 2 + random.below(5);
    for (std::size_t i = 0; i < count; ++i) {
      VmSpec vm;
      vm.id = VmId("vm-" + std::to_string(h + 1) + "-" + std::to_string(i + 1));
      vm.name = vm.id.value;
      vm.home = h;
      const double memory = capacity.memory * draw(random, 0.3, 0.8) / static_cast<double>(count);
      vm.memory_mib = memory * draw(random, 1.0, 1.1);
      vm.load = draw_load(random, capacity, total / static_cast<double>(count), memory,
                          scenario.faults_last);
      vm.dirty_mib_s = draw(random, 0.0, scenario.bandwidth_mib_s);
      // Those of a clone are off until it appears, and nobody else starts them.
      vm.autostart = random.chance(0.6) || cloned;
      if (random.chance(0.05)) vm.pinned = "passthrough device";
      scenario.vms.push_back(std::move(vm));
    }
  }
}

}  // namespace

std::size_t Scenario::index(const HostId& host) const {
  return static_cast<std::size_t>(members.find(host) - members.list().data());
}

std::size_t Scenario::leader() const {
  const auto& list = members.list();
  return static_cast<std::size_t>(
      std::max_element(list.begin(), list.end(),
                       [](const Member& a, const Member& b) { return rank_of(a) < rank_of(b); }) -
      list.begin());
}

Scenario draw_scenario(std::uint64_t seed, const Limits& limits) {
  const Random root(seed);
  Random shape = root.fork("shape");
  Scenario scenario;
  scenario.seed = seed;
  const std::size_t drawn = draw_host_count(shape);
  const std::size_t count = limits.hosts.value_or(drawn);
  const Duration length = draw(shape, 60s, 150s);
  scenario.faults_last = limits.faults_last.value_or(length);
  scenario.bandwidth_mib_s = draw(shape, 400.0, 2'000.0);

  scenario.drift_kept = !root.fork("drift").chance(0.06);

  std::vector<Member> members;
  for (std::size_t i = 0; i < count; ++i) {
    scenario.hosts.push_back(draw_host(shape, scenario.drift_kept ? Clocks{} : kBadClocks));
    const std::string id = "h" + std::to_string(i + 1);
    members.push_back({.id = HostId(id),
                       .endpoint = "tcp://" + id + ":7000",
                       .public_key = "",
                       .priority = static_cast<std::int32_t>(shape.below(3))});
  }
  scenario.members = Members(std::move(members));
  Random clone = root.fork("clone");
  if (count > 1 && clone.chance(0.1)) {
    scenario.clone = draw_clone(clone, count, scenario.faults_last);
    scenario.hosts.push_back(draw_host(clone, scenario.drift_kept ? Clocks{} : kBadClocks));
  }

  scenario.parameters = draw_parameters(root.fork("parameters"));
  scenario.promised = scenario.parameters;
  draw_weather(root.fork("weather"), scenario);
  draw_faults(root.fork("faults drawn"), scenario.faults);
  Random hook = root.fork("hook");
  scenario.hook = hook.chance(0.5);
  scenario.hook_yes_when_silent = hook.chance(0.5);
  Random load = root.fork("load");
  draw_vms(load, scenario);
  // A takeover may still be delayed by flapping, a VM cooled down, a slot held until its bound.
  const ReliefParameters& relief = scenario.parameters.relief;
  scenario.quiet_within = relief.slot_bound + relief.cooldown +
                          effective_settle(scenario.parameters) * 4 +
                          scenario.parameters.election.takeover_delay * 4 + 600s;
  return scenario;
}

}  // namespace prumo::simulation
