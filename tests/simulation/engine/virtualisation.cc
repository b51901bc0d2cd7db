#include "tests/simulation/engine/virtualisation.h"

#include <algorithm>

#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

namespace {
constexpr double kHostOverheadCores = 0.2;
constexpr double kHostOverheadMib = 1024;
}  // namespace

Virtualisation::Virtualisation(EventHeap& heap, Random random, const Network& network,
                               std::vector<Resources> capacities, const std::vector<VmSpec>& vms,
                               double bandwidth_mib_s, Watcher& watcher, Ask ask)
    : heap_(heap),
      random_(random),
      network_(network),
      vms_(vms),
      bandwidth_mib_s_(bandwidth_mib_s),
      watcher_(watcher),
      ask_(std::move(ask)) {
  for (const Resources& capacity : capacities)
    hosts_.push_back({.capacity = capacity, .copies = {}});
  for (std::size_t i = 0; i < vms_.size(); ++i) {
    index_[vms_[i].id] = i;
    hosts_[vms_[i].home].copies[vms_[i].id] = {DomainState::kRunning, Job::kNone, true,
                                               vms_[i].autostart};
  }
}

/// Commands to one hypervisor are carried out in the order in which they were given. Those that it
/// got while it hung are not kept any longer than others once it answers again.
void Virtualisation::command(std::size_t host, std::function<void()> action) {
  const Duration takes = draw_tailed(random_, 1ms, 50ms, weather_.slow_start, 2s);
  hosts_[host].commands.emplace_back(takes, std::move(action));
  serve(host);
}

void Virtualisation::serve(std::size_t host) {
  if (hangs(host)) return;
  Host& there = hosts_[host];
  for (auto& [takes, action] : std::exchange(there.commands, {})) {
    there.last_command = std::max(there.last_command, heap_.now() + takes);
    heap_.at(there.last_command, std::move(action));
  }
}

void Virtualisation::set_autostart(std::size_t host, const VmId& vm, bool on) {
  command(host, [this, host, vm, on] {
    const auto copy = hosts_[host].copies.find(vm);
    if (!hosts_[host].up || copy == hosts_[host].copies.end() || !copy->second.persistent) return;
    // As the hypervisor's side of prumo refuses it, which looks just before.
    if (on && (!copy->second.active() || copy->second.job != Job::kNone)) return;
    copy->second.autostart = on;
  });
}

void Virtualisation::hang(std::size_t host, Duration length) {
  TrueTime& until = hosts_[host].hung_until;
  until = std::max(until, heap_.now() + length);
  heap_.at(until, [this, host] { serve(host); });
}
void Virtualisation::stop_hangs() {
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    hosts_[i].hung_until = std::min(hosts_[i].hung_until, heap_.now());
    serve(i);
  }
}
bool Virtualisation::hangs(std::size_t host) const { return heap_.now() < hosts_[host].hung_until; }

void Virtualisation::boot(std::size_t host) {
  hosts_[host].up = true;
  hosts_[host].hung_until = TrueTime{0};
  for (auto& [vm, copy] : hosts_[host].copies)
    if (copy.autostart) set_running(host, vm, Begins::kBoots);
}

void Virtualisation::set_running(std::size_t host, const VmId& vm, Begins how) {
  hosts_[host].copies[vm].state = DomainState::kRunning;
  watcher_.running(vm, where_it_runs(vm).size(), how);
}

bool Virtualisation::runs(std::size_t host, const VmId& vm) const {
  const auto copy = hosts_[host].copies.find(vm);
  return hosts_[host].up && copy != hosts_[host].copies.end() && copy->second.runs();
}

std::vector<std::size_t> Virtualisation::where_it_runs(const VmId& vm) const {
  std::vector<std::size_t> where;
  for (std::size_t i = 0; i < hosts_.size(); ++i)
    if (runs(i, vm)) where.push_back(i);
  return where;
}

std::size_t Virtualisation::migrating() const {
  return static_cast<std::size_t>(
      std::count_if(migrations_.begin(), migrations_.end(),
                    [](const auto& m) { return m.second.order.op.has_value(); }));
}

const VmSpec& Virtualisation::spec(const VmId& vm) const { return vms_[index_.at(vm)]; }

Resources Virtualisation::usage(std::size_t host) const {
  Resources sum{kHostOverheadCores, kHostOverheadMib, 0};
  for (const auto& [vm, copy] : hosts_[host].copies) {
    if (!copy.active()) continue;
    const Resources load = spec(vm).load.at(heap_.now());
    sum.memory += load.memory;
    if (!copy.runs()) continue;
    sum.cpu += load.cpu;
    sum.network += load.network;
  }
  sum.cpu = std::min(sum.cpu, hosts_[host].capacity.cpu);
  sum.network = std::min(sum.network, hosts_[host].capacity.network);
  return sum;
}

Domain Virtualisation::shown(const VmId& id, const Copy& copy) const {
  const VmSpec& vm = spec(id);
  Domain domain{.id = id,
                .name = vm.name,
                .state = copy.state,
                .job = copy.job,
                .persistent = copy.persistent,
                .autostart = copy.autostart,
                .usage = {},
                .memory_mib = vm.memory_mib,
                .image_mib = 0,
                .pinned = vm.pinned,
                .wishes = {}};
  if (domain.active()) domain.image_mib = vm.load.at(heap_.now()).memory;
  return domain;
}

std::optional<Domain> Virtualisation::copy(std::size_t host, const VmId& vm) const {
  const auto there = hosts_[host].copies.find(vm);
  if (!hosts_[host].up || there == hosts_[host].copies.end()) return std::nullopt;
  return shown(vm, there->second);
}

Reading Virtualisation::look(std::size_t host, bool with_usage) const {
  const Host& there = hosts_[host];
  Reading reading;
  reading.hypervisor_ok = !hangs(host);
  reading.capacity = there.capacity;
  const Resources all = usage(host);
  if (with_usage) reading.usage = all;
  reading.available_memory_mib = std::max(0.0, there.capacity.memory - all.memory);
  if (!reading.hypervisor_ok) {
    reading.trouble = "hypervisor does not answer";
    return reading;
  }
  for (const auto& [id, copy] : there.copies) {
    Domain domain = shown(id, copy);
    if (with_usage && copy.runs()) domain.usage = spec(id).load.at(heap_.now());
    // The moment of the switch: paused, and still the source's VM.
    if (domain.job == Job::kOutgoing) domain.state = DomainState::kRunning;
    reading.domains.push_back(std::move(domain));
  }
  return reading;
}

}  // namespace prumo::simulation
