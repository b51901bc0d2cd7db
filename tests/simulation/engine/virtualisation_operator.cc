// What an operator does with virsh, past prumo.

#include <algorithm>

#include "tests/simulation/engine/virtualisation.h"

namespace prumo::simulation {

bool Virtualisation::start_vm(std::size_t host, const VmId& vm) {
  const auto copy = hosts_[host].copies.find(vm);
  if (!hosts_[host].up || hangs(host) || copy == hosts_[host].copies.end()) return false;
  if (copy->second.job != Job::kNone || copy->second.runs()) return false;
  touched_.insert(vm);
  set_running(host, vm, Begins::kOrdered);
  return true;
}

bool Virtualisation::stop_vm(std::size_t host, const VmId& vm) {
  const auto copy = hosts_[host].copies.find(vm);
  if (!hosts_[host].up || hangs(host) || copy == hosts_[host].copies.end()) return false;
  if (!copy->second.active()) return false;
  touched_.insert(vm);
  const std::optional<MigrationFacts> coming = std::exchange(copy->second.coming, std::nullopt);
  copy->second.state = DomainState::kShutOff;
  copy->second.job = Job::kNone;
  if (!copy->second.persistent) hosts_[host].copies.erase(copy);
  if (coming) watcher_.disappeared(*coming, false);
  std::vector<std::uint64_t> ended;
  for (auto& [serial, m] : migrations_) {
    if (m.facts.vm != vm || m.phase == Phase::kWaiting) continue;
    if (m.facts.from == host)
      ended.push_back(serial);
    else if (m.facts.to == host && m.incoming) {
      m.incoming = false;
      cut_off(m, 1ms, 500ms);
    }
  }
  for (const std::uint64_t serial : ended)
    fail(serial, MigrationEnded::How::kFailed, "domain is not running");
  return true;
}

bool Virtualisation::suspend_vm(std::size_t host, const VmId& vm) {
  const auto copy = hosts_[host].copies.find(vm);
  if (!hosts_[host].up || hangs(host) || copy == hosts_[host].copies.end()) return false;
  if (copy->second.job != Job::kNone || !copy->second.runs()) return false;
  touched_.insert(vm);
  copy->second.state = DomainState::kPaused;
  return true;
}

bool Virtualisation::undefine_vm(std::size_t host, const VmId& vm) {
  const auto copy = hosts_[host].copies.find(vm);
  if (!hosts_[host].up || hangs(host) || copy == hosts_[host].copies.end()) return false;
  if (copy->second.job != Job::kNone || !copy->second.persistent) return false;
  touched_.insert(vm);
  copy->second.persistent = copy->second.autostart = false;
  if (!copy->second.active()) hosts_[host].copies.erase(copy);
  return true;
}

bool Virtualisation::define_vm(std::size_t host, const VmId& vm) {
  if (!hosts_[host].up || hangs(host) || hosts_[host].copies.contains(vm)) return false;
  touched_.insert(vm);
  hosts_[host].copies[vm] = {DomainState::kShutOff, Job::kNone, true, false};
  return true;
}

bool Virtualisation::tidy(const VmId& vm) {
  for (const auto& [serial, m] : migrations_)
    if (m.facts.vm == vm) return false;
  std::vector<std::size_t> where = where_it_runs(vm);
  for (std::size_t i = 0; i < hosts_.size() && where.empty(); ++i)
    if (start_vm(i, vm)) where.push_back(i);
  if (where.empty())
    return std::none_of(hosts_.begin(), hosts_.end(),
                        [&](const Host& host) { return host.copies.contains(vm); });
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    if (i == where.front() || !hosts_[i].copies.contains(vm)) continue;
    stop_vm(i, vm);
    undefine_vm(i, vm);
    if (hosts_[i].copies.contains(vm)) return false;
  }
  return true;
}

}  // namespace prumo::simulation
