#include "tests/simulation/run/weakenings.h"

#include <algorithm>

namespace prumo::simulation {

namespace {

/// Daemons and hosts go down all the time.
void restless(Scenario& s) {
  s.faults.kill = 4s;
  s.faults.crash = 20s;
}
/// Elections all the time.
void quarrelsome(Scenario& s) {
  s.faults.stop = 1500ms;
  s.faults.cut = 2s;
  s.faults.kill = 4s;
}
/// Migrations take long to begin.
void sluggish(Scenario& s) {
  s.hypervisor.hanging_connect = 0.5;
  s.hypervisor.slow_start = 0.5;
}
void restless_and_sluggish(Scenario& s) {
  restless(s);
  sluggish(s);
}
void as_drawn(Scenario&) {}
/// The answer to Finish is often lost.
void forgetful_of_finish(Scenario& s) {
  s.hypervisor.slow_finish = 0.5;
  s.hypervisor.lost_finish = 0.6;
}

/// Four hosts that want to get rid of small VMs, and one that can take them; no faults but those
/// that are added, so that everything happens at that one slot.
void crowd(Scenario& s) {
  constexpr std::size_t kHosts = 5;
  constexpr std::size_t kVms = 6;
  std::vector<Member> members;
  s.hosts.assign(kHosts, {.rate_ppm = 1'000'000, .uptime = 60s, .capacity = {16, 32'768, 10'000}});
  s.vms.clear();
  for (std::size_t h = 0; h < kHosts; ++h) {
    const std::string id = "h" + std::to_string(h + 1);
    members.push_back({HostId(id), "tcp://" + id + ":7000", "", 0});
    const bool hot = h + 1 < kHosts;
    for (std::size_t i = 0; i < kVms; ++i) {
      VmSpec vm;
      vm.id = VmId("vm-" + std::to_string(h + 1) + "-" + std::to_string(i + 1));
      vm.name = vm.id.value;
      vm.home = h;
      vm.load = LoadTrace({{-1h, {hot ? 2.5 : 0.2, 1'000, 1}}});
      vm.memory_mib = 1'024;
      s.vms.push_back(std::move(vm));
    }
  }
  s.members = Members(std::move(members));
  s.clone.reset();
  s.bandwidth_mib_s = 1'000;
  s.network = {};
  s.disk = {};
  s.hypervisor = {};
  s.hook = false;
  s.drift_kept = true;
  s.faults = {};
  s.parameters = {};
  s.parameters.relief.backoff_most = s.parameters.relief.backoff;
  s.promised = s.parameters;
  s.faults_last = 150s;
}

/// The same, and the one that has taken them in becomes hot itself, so that they are the cheapest to
/// send on; another host idles, and daemons are killed.
void passed_on(Scenario& s) {
  crowd(s);
  std::vector<Member> members = s.members.list();
  const std::size_t taker = members.size() - 1;
  members.push_back({HostId("h6"), "tcp://h6:7000", "", 0});
  s.members = Members(std::move(members));
  s.hosts.push_back(s.hosts.front());
  for (VmSpec& vm : s.vms) {
    if (vm.home != taker) continue;
    vm.load = LoadTrace({{-1h, {0.2, 4'000, 1}}, {40s, {2.2, 4'000, 1}}});
    vm.memory_mib = 4'096;
  }
  s.parameters.relief.sample_interval = 1s;
  s.promised = s.parameters;
  s.faults.kill = 4s;
}

/// One host is cloned, and nothing else goes wrong.
void clone_one(Scenario& s, Clone clone) {
  s.faults = {};
  s.network = {};
  s.disk = {};
  s.drift_kept = true;
  s.faults_last = clone.removed = 150s;
  s.hosts.resize(s.members.size());
  std::erase_if(s.vms, [&s](const VmSpec& vm) { return vm.home >= s.hosts.size(); });
  s.hosts.push_back(s.hosts[clone.of]);
  s.clone = clone;
}
void cloned(Scenario& s) {
  clone_one(s, {.of = 0, .appears = 5s, .reached = Clone::Reached::kEither, .changes = 2s});
}

/// The same crowd, and while one of them waits for libvirt to connect a clone of it starts in its
/// place, finds its record and no VM, and says so.
void cloned_in_a_crowd(Scenario& s) {
  crowd(s);
  s.hypervisor.hanging_connect = 1;
  clone_one(s, {.of = 0, .appears = 25s, .reached = Clone::Reached::kClone});
}

}  // namespace

const std::vector<Weakening>& weakenings() {
  static const std::vector<Weakening> kAll{
      {"slot", "the destination's slot is durable", 1, restless_and_sluggish,
       [](Scenario& s) { s.breakage.forget_slot = true; }},
      {"cooldown", "the table of cooldowns is durable", 2, passed_on,
       [](Scenario& s) { s.breakage.forget_cooldowns = true; }},
      {"operation", "the source's record of its operation is durable", 0, restless_and_sluggish,
       [](Scenario& s) { s.breakage.forget_operation = true; }},
      {"election", "accepted and won epochs are durable", 0, quarrelsome,
       [](Scenario& s) { s.breakage.forget_election = true; }},
      {"starts", "the start count is durable", 5, restless,
       [](Scenario& s) { s.breakage.forget_starts = true; }},
      {"order", "effects wait for what must be stored first", 0,
       [](Scenario& s) {
         s.disk.slow = 0.5;
         s.disk.write_most = 3s;
         quarrelsome(s);
       },
       [](Scenario& s) { s.breakage.unordered_effects = true; }},
      {"refusal", "a peer that has promised refuses other claimants", 4, quarrelsome,
       [](Scenario& s) { s.breakage.refusals_accept = true; }},
      {"once", "an order is handed over once", 3, as_drawn,
       [](Scenario& s) { s.breakage.repeated_orders = true; }},
      {"settle", "a slot settles after an arrival", 1, as_drawn,
       [](Scenario& s) { s.parameters.relief.settle = 1ms; }},
      {"rest", "a VM that has moved stays", 2, as_drawn,
       [](Scenario& s) { s.parameters.relief.cooldown = 1ms; }},
      {"promise", "a promise outlives the lease, whatever the clocks do", 4, quarrelsome,
       [](Scenario& s) { s.parameters.election.promise = 300ms; }},
      {"lease", "a coordinator that nobody acknowledges stops acting", 4, quarrelsome,
       [](Scenario& s) { s.parameters.election.lease = 1h; }},
      {"start", "a peer accepts nobody until a promise it may have forgotten is over", 4,
       [](Scenario& s) {
         crowd(s);
         s.provocation.forget_coordinator_at = 20s;
         s.faults_last = 40s;
       },
       [](Scenario& s) { s.breakage.early_start = true; }},
      {"late", "orders and reservations end in time", 1,
       [](Scenario& s) {
         crowd(s);
         // The source is silent for longer than the bound, and then all that waited is carried out.
         s.parameters.relief.slot_bound = 75s;
         s.provocation.stall_at_reserved = 85s;
       },
       [](Scenario& s) {
         s.breakage.late_effects = true;
         s.parameters.relief.order_freshness = 1h;
         s.parameters.relief.late_reserved = 1h;
       }},
      {"evidence", "readings say truly when they were begun", 1,
       [](Scenario& s) {
         crowd(s);
         s.hypervisor.slow_look = 1;
       },
       [](Scenario& s) { s.breakage.stale_readings = true; }},
      {"release", "a RELEASE frees no slot before a reading has", 1, crowd,
       [](Scenario& s) { s.breakage.release_frees = true; }},
      {"bound", "a silent source keeps its slot for as long as a connect may hang", 1,
       [](Scenario& s) {
         restless_and_sluggish(s);
         s.hypervisor.hanging_connect = 1;
       },
       [](Scenario& s) {
         s.parameters.relief.slot_ask = 100ms;
         s.parameters.relief.slot_bound = 1s;
       }},
      {"grace", "a restarted source waits before it closes a started record", 1,
       [](Scenario& s) {
         crowd(s);
         // The hypervisor has the order and does not show it yet.
         s.hypervisor.slow_start = 1;
         s.hypervisor.hanging_connect = 1;
         s.provocation.kill_at_handover = true;
       },
       [](Scenario& s) { s.parameters.relief.recovery_grace = 0ms; }},
      {"twins", "two that run one VM ask each other", 2,
       [](Scenario& s) {
         forgetful_of_finish(s);
         s.faults.store = 15s;
       },
       [](Scenario& s) { s.breakage.mute_twins = true; }},
      {"clone", "two hosts with one id are found by their runs", 4, cloned,
       [](Scenario& s) { s.breakage.one_run = true; }},
      {"namesake", "a slot is released by the machine that reserved it", 1, cloned_in_a_crowd,
       [](Scenario& s) { s.breakage.one_run = true; }},
      {"boot", "deadlines of another boot begin anew", 8,
       [](Scenario& s) {
         for (HostSpec& host : s.hosts) host.uptime = 24h;
         s.faults.crash = 5s;
       },
       [](Scenario& s) { s.breakage.same_boot = true; }},
  };
  return kAll;
}

const Weakening* find_weakening(const std::string& name) {
  const auto& all = weakenings();
  const auto it =
      std::find_if(all.begin(), all.end(), [&](const Weakening& w) { return w.name == name; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace prumo::simulation
