#include "tests/unit/peer/world.h"

#include <algorithm>

namespace prumo::test {

World::World(std::vector<std::string> hosts) {
  std::vector<Member> list;
  for (const std::string& h : hosts) list.push_back({HostId(h), "tcp://" + h + ":7400", "", 0});
  members = Members(std::move(list));
  for (const std::string& h : hosts) machines_[HostId(h)];
  for (const std::string& h : hosts) start(h);
}

Parameters World::quick() {
  Parameters p;
  p.relief.sample_interval = 1s;
  return p;
}

void World::start(const std::string& host) {
  Machine& m = at(host);
  m.up = true;
  ++m.disk.starts;
  ++m.runs;
  m.queue = EffectQueue();
  m.next_sample = now + 100ms;
  m.peer.emplace(parameters,
                 Start{HostId(host), RunId{std::hash<std::string>{}(host) + m.runs}, m.boot,
                       members, m.disk, m.runs, gossip::Mode::kAuto},
                 now);
  tell(host, Tick{});
}

void World::crash(const std::string& host) {
  at(host).up = false;
  at(host).peer.reset();
  at(host).queue = EffectQueue();
}

void World::add_vm(const std::string& host, const std::string& vm, double cpu, double memory) {
  Domain d;
  d.id = VmId(vm);
  d.name = "name-" + vm;
  d.state = DomainState::kRunning;
  d.persistent = true;
  d.usage = {cpu, memory, 0};
  d.memory_mib = memory;
  d.image_mib = memory;
  at(host).domains[d.id] = d;
}

Reading World::reading(const Machine& m) const {
  Reading r;
  r.begun = now;
  r.hypervisor_ok = m.hypervisor_ok;
  r.capacity = {m.capacity, m.capacity, m.capacity};
  r.available_memory_mib = m.capacity;
  for (const auto& [id, d] : m.domains) {
    if (d.active() && d.job != Job::kIncoming) {
      r.usage.cpu += d.usage.cpu;
      r.usage.memory += d.usage.memory;
    }
    r.domains.push_back(d);
  }
  r.available_memory_mib -= r.usage.memory;
  if (!m.hypervisor_ok) {
    r.domains.clear();
    r.trouble = "no answer";
  }
  r.connect_uri = "test:///default";
  return r;
}

void World::later(Duration after, std::function<void()> what) {
  agenda_.emplace(now + after, std::move(what));
}

void World::tell(const std::string& host, const Event& event) {
  Machine& m = at(host);
  if (!m.peer) return;
  Effects effects;
  m.peer->step(now, event, effects);
  m.queue.add(std::move(effects));
  drain(HostId(host));
}

void World::send(const std::string& from, const std::string& to, Message message) {
  Machine& sender = at(from);
  if (!sender.peer || (lose && lose(HostId(from), HostId(to), message))) return;
  const Received r{HostId(from), sender.peer->incarnation(),
                   RunId{std::hash<std::string>{}(from) + sender.runs}, sender.peer->won(),
                   std::move(message)};
  later(1ms, [this, to, r] { tell(to, r); });
}

void World::drain(const HostId& host) {
  Machine& m = machines_.at(host);
  std::vector<Event> events;
  while (auto effect = m.queue.next(now, events)) carry_out(host, *effect);
  for (const Event& e : events) tell(host.value, e);
}

void World::carry_out(const HostId& host, const Effect& effect) {
  Machine& m = machines_.at(host);
  m.carried_out.push_back(effect);
  if (const auto* send_effect = std::get_if<Send>(&effect)) {
    send(host.value, send_effect->to.value, send_effect->message);
  } else if (const auto* persist = std::get_if<Persist>(&effect)) {
    later(2ms, [this, host, state = *persist] {
      Machine& stored_at = machines_.at(host);
      if (!stored_at.peer) return;
      std::vector<Event> events;
      if (stored_at.disk_fails) {
        stored_at.queue.store_failed(state.sequence, "disk full", events);
      } else {
        stored_at.disk = state.state;
        stored_at.queue.stored(state.sequence, events);
      }
      for (const Event& e : events) tell(host.value, e);
      drain(host);
    });
  } else if (const auto* start_effect = std::get_if<StartMigration>(&effect)) {
    begin_migration(host, *start_effect);
  } else if (std::holds_alternative<Observe>(effect)) {
    later(1ms, [this, host] {
      const Reading r = reading(machines_.at(host));
      later(1ms, [this, host, r] { tell(host.value, Observed{r}); });
    });
  } else if (const auto* autostart = std::get_if<SetAutostart>(&effect)) {
    if (const auto it = m.domains.find(autostart->vm); it != m.domains.end() && !set_no_autostart)
      it->second.autostart = autostart->on;
  } else if (const auto* note = std::get_if<Note>(&effect)) {
    m.notes.push_back(*note);
  }
}

void World::begin_migration(const HostId& host, const StartMigration& start_effect) {
  Machine& source = machines_.at(host);
  const auto it = source.domains.find(start_effect.vm);
  if (it == source.domains.end()) return;
  if (start_effect.clear_autostart) it->second.autostart = false;
  it->second.job = Job::kOutgoing;
  Domain incoming = it->second;
  incoming.job = Job::kIncoming;
  incoming.state = DomainState::kPausedIncoming;
  machines_.at(start_effect.to).domains[start_effect.vm] = incoming;
  if (never_ends) return;
  later(migration_time, [this, host, start_effect, how = outcome, lost = answers_lost] {
    Machine& from = machines_.at(host);
    Machine& to = machines_.at(start_effect.to);
    if (how == MigrationEnded::How::kDone) {
      from.domains.erase(start_effect.vm);
      to.domains[start_effect.vm].job = Job::kNone;
      to.domains[start_effect.vm].state = DomainState::kRunning;
    } else {
      to.domains.erase(start_effect.vm);
      from.domains[start_effect.vm].job = Job::kNone;
    }
    if (!lost) {
      tell(host.value,
           MigrationEnded{start_effect.op, how, how == MigrationEnded::How::kDone ? "" : "boom",
                          migration_time, 30ms, 64});
    }
  });
}

void World::step_time(Instant limit) {
  Instant next = limit;
  if (!agenda_.empty()) next = std::min(next, agenda_.begin()->first);
  for (auto& [id, m] : machines_) {
    if (m.peer) next = std::min({next, m.peer->next_deadline(), m.next_sample});
  }
  now = std::max(now, next);
  while (!agenda_.empty() && agenda_.begin()->first <= now) {
    const auto what = agenda_.begin()->second;
    agenda_.erase(agenda_.begin());
    what();
  }
  for (auto& [id, m] : machines_) {
    if (!m.peer) continue;
    if (now >= m.next_sample) {
      m.next_sample = now + parameters.relief.sample_interval;
      tell(id.value, Sampled{reading(m)});
    } else if (now >= m.peer->next_deadline()) {
      tell(id.value, Tick{});
    }
  }
}

void World::run(Duration length) {
  const Instant limit = now + length;
  while (now < limit) step_time(limit);
}

bool World::run_until(const std::function<bool()>& holds, Duration most) {
  const Instant limit = now + most;
  while (now < limit) {
    if (holds()) return true;
    step_time(limit);
  }
  return holds();
}

bool World::runs_at(const std::string& vm, const std::string& host) {
  const auto& domains = at(host).domains;
  const auto it = domains.find(VmId(vm));
  return it != domains.end() && it->second.state == DomainState::kRunning &&
         it->second.job == Job::kNone;
}

std::string World::coordinator() {
  for (auto& [id, m] : machines_) {
    if (m.peer && m.peer->status(now).acting) return id.value;
  }
  return {};
}

}  // namespace prumo::test
