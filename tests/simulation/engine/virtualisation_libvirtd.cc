// What a host's libvirtd, or its power, takes with it, and what it finds when it is back.

#include <vector>

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/virtualisation.h"

namespace prumo::simulation {

namespace {
constexpr Duration kNoticed = 500ms;  ///< a socket that is closed, not silent
}  // namespace

void Virtualisation::restart_libvirtd(std::size_t host, Duration down) {
  hang(host, down);
  // Why a domain is off is kept in its memory alone.
  for (auto& [vm, copy] : hosts_[host].copies)
    if (!copy.active()) copy.state = DomainState::kShutOff;
  std::vector<std::uint64_t> lost;
  for (auto& [serial, m] : migrations_) {
    if (m.facts.from == host)
      lost.push_back(serial);
    else if (m.facts.to == host)
      lose_destination(m);
  }
  for (const std::uint64_t serial : lost) lose_source(migrations_.at(serial));
}

/// Nobody can look before it is back, so what it will find and do then is done at once.
void Virtualisation::lose_source(Migration& m) {
  const auto copy = hosts_[m.facts.from].copies.find(m.facts.vm);
  if (m.phase != Phase::kWaiting && copy != hosts_[m.facts.from].copies.end())
    copy->second.job = Job::kNone;  // one that is paused already is left so: kPausedMigrated
  if (m.incoming) remove_incoming(m);
  end(m, {.op = {},
          .how = MigrationEnded::How::kUnknown,
          .error = "connection to libvirtd lost",
          .downtime = Duration{0}});
}

/// The source sees its socket closed. An incoming copy is killed once the destination's libvirtd is
/// back; one that runs already is left.
void Virtualisation::lose_destination(Migration& m) {
  if (m.phase == Phase::kWaiting || (m.phase == Phase::kConnecting && !m.asked)) return;
  if (m.incoming) {
    m.incoming = false;
    heap_.at(hosts_[m.facts.to].hung_until,
             [this, facts = m.facts, before = m.definition] { drop_incoming(facts, before); });
  }
  cut_off(m, 1ms, kNoticed);
}

void Virtualisation::crash(std::size_t host) {
  hosts_[host].up = false;
  hosts_[host].commands.clear();
  std::vector<std::uint64_t> lost;
  for (auto& [serial, m] : migrations_) {
    if (m.facts.from == host) {
      lost.push_back(serial);
    } else if (m.facts.to == host && m.phase != Phase::kWaiting &&
               (m.phase != Phase::kConnecting || m.asked)) {
      m.incoming = false;
      cut_off(m, 100ms, 30s);
    }
  }
  for (const std::uint64_t serial : lost) {
    Migration& m = migrations_.at(serial);
    m.order.on_end = nullptr;
    if (m.incoming) remove_incoming(m);
    end(m, {});
  }
  for (auto& [vm, copy] : hosts_[host].copies) {
    if (copy.coming) watcher_.disappeared(*copy.coming, false);
    copy.coming.reset();
  }
  std::erase_if(hosts_[host].copies, [](const auto& item) { return !item.second.persistent; });
  for (auto& [vm, copy] : hosts_[host].copies) {
    copy.state = DomainState::kShutOff;
    copy.job = Job::kNone;
  }
}

}  // namespace prumo::simulation
