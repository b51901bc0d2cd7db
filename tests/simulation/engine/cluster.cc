#include "tests/simulation/engine/cluster.h"

namespace prumo::simulation {

namespace {
std::vector<Resources> capacities(const Scenario& scenario) {
  std::vector<Resources> list;
  for (const HostSpec& host : scenario.hosts) list.push_back(host.capacity);
  return list;
}
}  // namespace

Virtualisation::Ask Cluster::hook(const Scenario& scenario) {
  if (!scenario.hook) return nullptr;
  return [this](std::size_t host, const VmId& vm, std::function<void(bool)> answer) {
    machines_[host].ask(vm, std::move(answer));
  };
}

Cluster::Cluster(const Scenario& scenario, Watcher& watcher)
    : scenario_(scenario),
      watcher_(watcher),
      network_(heap_, Random(scenario.seed).fork("network"), scenario.hosts.size(),
               [this](std::size_t from, std::size_t to, const std::string& frame) {
                 machines_[to].receive(from, frame);
               }),
      virtualisation_(heap_, Random(scenario.seed).fork("virtualisation"), network_,
                      capacities(scenario), scenario.vms, scenario.bandwidth_mib_s, watcher,
                      hook(scenario)) {
  const Random root = Random(scenario.seed).fork("machines");
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i)
    machines_.emplace_back(
        Machine::World{heap_, network_, virtualisation_, watcher, fingerprint_, scenario_}, i,
        root.fork(scenario.id(i).value));
  set_weather(false);
}

void Cluster::start() {
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (i < members())
      machines_[i].start_daemon(2s);
    else
      virtualisation_.crash(i);  // it is off until it appears
  }
}

void Cluster::set_weather(bool fair) {
  network_.set_weather(fair ? NetworkWeather{} : scenario_.network);
  virtualisation_.set_weather(fair ? HypervisorWeather{} : scenario_.hypervisor);
  for (Machine& machine : machines_)
    machine.disk().set_weather(fair ? DiskWeather{} : scenario_.disk);
}

}  // namespace prumo::simulation
