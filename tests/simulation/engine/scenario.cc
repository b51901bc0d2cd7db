#include "tests/simulation/engine/scenario.h"

#include <algorithm>
#include <array>
#include <string>

#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

namespace {

/// Any two clocks differ by less than the drift bound of 10 %.
constexpr std::int64_t kSlowestPpm = 955'000;
constexpr std::int64_t kFastestPpm = 1'045'000;

std::size_t draw_host_count(Random& random) {
  constexpr std::array<std::size_t, 10> kCounts{1, 2, 2, 3, 3, 3, 5, 5, 5, 7};
  return kCounts[random.below(kCounts.size())];
}

HostSpec draw_host(Random& random) {
  constexpr std::array kCores{4.0, 8.0, 8.0, 16.0};
  const double cores = kCores[random.below(kCores.size())];
  HostSpec host;
  host.rate_ppm = kSlowestPpm + static_cast<std::int64_t>(random.below(
                                    static_cast<std::uint64_t>(kFastestPpm - kSlowestPpm)));
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

void draw_vms(Random& random, Scenario& scenario) {
  for (std::size_t h = 0; h < scenario.hosts.size(); ++h) {
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
      vm.autostart = random.chance(0.6);
      if (random.chance(0.05)) vm.pinned = "passthrough device";
      scenario.vms.push_back(std::move(vm));
    }
  }
}

Parameters draw_parameters(Random& random) {
  Parameters parameters;
  if (random.chance(0.6)) {
    parameters.relief.sample_interval = draw(random, 500ms, 2s);
    parameters.relief.cooldown = draw(random, 15s, 60s);
    parameters.relief.backoff_most = 15s;
  }
  if (random.chance(0.2)) {
    parameters.election.heartbeat = 100ms;
    parameters.election.lease = 540ms;
    parameters.election.promise = 600ms;
  }
  if (random.chance(0.9)) {
    parameters.election.takeover_delay = draw(random, 1s, 5s);
    parameters.election.takeover_most = 15s;
  }
  if (random.chance(0.1)) parameters.policy.allow_partial = true;
  return parameters;
}

void draw_weather(Random& random, Scenario& s) {
  const double severity = random.unit();
  if (random.chance(0.5)) {
    s.network.loss = severity * draw(random, 0.0, 0.2);
    s.network.duplicate = severity * draw(random, 0.0, 0.1);
    s.network.late = severity * draw(random, 0.0, 0.1);
    s.network.delay_usual = draw(random, 1ms, 20ms);
    s.network.delay_most = draw(random, 50ms, 3s);
  }
  if (random.chance(0.5)) {
    s.disk.slow = severity * draw(random, 0.0, 0.2);
    s.disk.write_most = draw(random, 20ms, 3s);
    s.disk.failure = severity * draw(random, 0.0, 0.05);
  }
  if (random.chance(0.6)) {
    s.hypervisor.slow_start = severity * 0.5;
    s.hypervisor.hanging_connect = severity * draw(random, 0.0, 0.6);
    s.hypervisor.failure = severity * draw(random, 0.0, 0.5);
    s.hypervisor.silent_arrival = draw(random, 0.0, 0.5);
  }
  Random finish = random.fork("finish");
  if (finish.chance(0.4)) {
    s.hypervisor.slow_finish = draw(finish, 0.0, 0.5);
    s.hypervisor.lost_finish = draw(finish, 0.0, 0.4);
  }
  Random endless = random.fork("endless");
  if (endless.chance(0.2)) s.hypervisor.endless = draw(endless, 0.0, 0.5);
}

void draw_faults(const Random& root, FaultGaps& gaps) {
  // Some runs are calm, so that the ordinary course is seen too.
  if (root.fork("calm").chance(0.1)) return;
  const auto maybe = [&root](const char* name, std::optional<Duration>& gap, double p,
                             Duration least, Duration most) {
    Random random = root.fork(name);
    if (random.chance(p)) gap = draw(random, least, most);
  };
  maybe("crash", gaps.crash, 0.4, 10s, 60s);
  maybe("kill", gaps.kill, 0.5, 5s, 60s);
  maybe("stop", gaps.stop, 0.5, 2s, 30s);
  maybe("cut", gaps.cut, 0.6, 2s, 30s);
  maybe("hang", gaps.hang, 0.4, 10s, 60s);
  maybe("libvirtd", gaps.libvirtd, 0.4, 5s, 60s);
  maybe("disk", gaps.disk, 0.3, 10s, 60s);
  maybe("operation", gaps.operation, 0.5, 5s, 60s);
  maybe("virsh", gaps.virsh, 0.4, 5s, 60s);
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

  std::vector<Member> members;
  for (std::size_t i = 0; i < count; ++i) {
    scenario.hosts.push_back(draw_host(shape));
    const std::string id = "h" + std::to_string(i + 1);
    members.push_back({.id = HostId(id),
                       .endpoint = "tcp://" + id + ":7000",
                       .public_key = "",
                       .priority = static_cast<std::int32_t>(shape.below(3))});
  }
  scenario.members = Members(std::move(members));

  Random parameters = root.fork("parameters");
  scenario.parameters = draw_parameters(parameters);
  scenario.promised = scenario.parameters;
  Random weather = root.fork("weather");
  draw_weather(weather, scenario);
  draw_faults(root.fork("faults drawn"), scenario.faults);
  Random load = root.fork("load");
  draw_vms(load, scenario);
  // A takeover may still be delayed by flapping, a VM cooled down, a slot held until its bound.
  scenario.quiet_within = scenario.parameters.relief.slot_bound +
                          scenario.parameters.relief.cooldown +
                          scenario.parameters.election.takeover_delay * 4 + 600s;
  return scenario;
}

}  // namespace prumo::simulation
