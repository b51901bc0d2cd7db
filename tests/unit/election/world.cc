#include "world.h"

#include <algorithm>
#include <cmath>

namespace prumo::election::testing {
namespace {

// Probes and digests, both ways: a few frames a second from random members.
constexpr Duration kGossipEvery = 250ms;

}  // namespace

World::World(WorldOptions options) : random(options.seed), options_(std::move(options)) {
  std::vector<Member> list;
  for (std::size_t i = 0; i < options_.members; ++i) {
    Machine m;
    const std::string number = std::to_string(i);
    m.id = HostId("h" + std::string(3 - std::min<std::size_t>(3, number.size()), '0') + number);
    m.rate = 1 + options_.drift_each * (2 * random.unit() - 1);
    list.push_back(Member{m.id, "", "", 0});
    machines_.push_back(std::move(m));
  }
  members_ = Members(list);
  for (std::size_t i = 0; i < machines_.size(); ++i) start(i);
}

Duration World::between(Duration least, Duration most) {
  const auto span = static_cast<std::uint64_t>(std::max<Duration::rep>(1, (most - least).count()));
  return least + Duration(static_cast<Duration::rep>(random.below(span)));
}

std::size_t World::index_of(const HostId& id) const {
  const auto it = std::find_if(machines_.begin(), machines_.end(),
                               [&](const Machine& m) { return m.id == id; });
  return static_cast<std::size_t>(it - machines_.begin());
}

Instant World::local(std::size_t i) const {
  const Machine& m = machines_[i];
  return Instant{Duration(std::llround(static_cast<double>((now_ - m.boot).count()) * m.rate))};
}

void World::at(Duration when, Happening h) {
  queue_.emplace(std::pair(when, ++order_), std::move(h));
}

void World::start(std::size_t i) {
  Machine& m = machines_[i];
  if (m.elector) return;
  // As after a reboot: the clock begins anew.
  m.boot = now_;
  m.paused_until = now_;
  if (!options_.keep_durable) m.disk = Durable{};
  m.elector.emplace(options_.parameters, m.id, members_, m.disk, random.fork(m.id.value), local(i));
  if (options_.keep_durable && m.elector->floor() < m.shown)
    violate("epochs went back in a restart");
  m.floor_seen = m.elector->floor();
  at(now_ + between(Duration(0), kGossipEvery), {i, m.run, Happening::What::kGossip, {}});
  schedule_wake(i);
}

void World::crash(std::size_t i) {
  Machine& m = machines_[i];
  m.elector.reset();
  ++m.run;
  m.inbox.clear();
  m.waiting.clear();
  m.writes.clear();
  m.writing = false;
  m.next_wake = Duration::max();
}

void World::pause(std::size_t i, Duration d) {
  Machine& m = machines_[i];
  if (!m.elector) return;
  m.paused_until = std::max(m.paused_until, now_ + d);
  at(m.paused_until, {i, m.run, Happening::What::kResume, {}});
}

void World::run_until(Duration until) {
  while (!queue_.empty() && queue_.begin()->first.first <= until) {
    const auto node = queue_.extract(queue_.begin());
    now_ = std::max(now_, node.key().first);
    happen(node.mapped());
    check();
  }
  now_ = until;
}

void World::happen(const Happening& h) {
  Machine& m = machines_[h.machine];
  using What = Happening::What;
  if (!m.elector || (h.run != m.run && h.what != What::kMessage)) return;
  const bool paused = now_ < m.paused_until;
  switch (h.what) {
    case What::kMessage:
      if (paused) {
        if (m.inbox.size() < 1000) m.inbox.push_back(*h.input);
      } else {
        step(h.machine, *h.input);
      }
      break;
    case What::kWake:
      if (!paused && now_ >= m.next_wake) step(h.machine, Tick{});
      break;
    case What::kResume:
      if (paused) break;
      if (random.chance(0.5)) step(h.machine, Tick{});
      while (!m.inbox.empty()) {
        const Input next = m.inbox.front();
        m.inbox.pop_front();
        step(h.machine, next);
      }
      step(h.machine, Tick{});
      break;
    case What::kWritten:
      if (random.chance(faults.fail_disk)) {
        m.writing = false;
        m.writes.clear();
        m.waiting.clear();
        at(now_ + 500ms, {h.machine, m.run, What::kRetry, {}});
        if (paused) {
          m.inbox.push_back(CanStore{false});
        } else {
          step(h.machine, CanStore{false});
        }
        break;
      }
      // The disk goes on while the process pauses; what waits for it does not.
      m.writing = false;
      m.disk = m.writes.front();
      m.writes.pop_front();
      m.waiting.pop_front();
      if (m.writes.empty()) {
        if (paused) {
          m.inbox.push_back(Stored{});
        } else {
          step(h.machine, Stored{});
        }
      }
      carry_out(h.machine);
      break;
    case What::kRetry:
      if (paused) {
        m.inbox.push_back(CanStore{true});
      } else {
        step(h.machine, CanStore{true});
      }
      break;
    case What::kGossip: {
      at(now_ + kGossipEvery, h);
      if (paused || machines_.size() < 2) break;
      const std::size_t to = static_cast<std::size_t>(random.below(machines_.size()));
      if (to == h.machine || cuts.contains({h.machine, to}) || random.chance(faults.loss)) break;
      at(now_ + between(faults.delay_least, faults.delay_most),
         {to, 0, What::kMessage, WonHeard{m.id, m.elector->durable().won}});
      break;
    }
  }
}

void World::feed(std::size_t i, const Input& input) {
  if (!machines_[i].elector) return;
  step(i, input);
  check();
}

void World::step(std::size_t i, const Input& input) {
  Machine& m = machines_[i];
  std::vector<Output> out;
  m.elector->step(local(i), input, out);
  if (m.elector->next_deadline() <= local(i))
    violate(m.id.value + " asks to be called in the past");
  if (m.elector->floor() < m.floor_seen) violate("the floor of " + m.id.value + " went down");
  m.floor_seen = m.elector->floor();
  for (Output& o : out) {
    if (const auto* s = std::get_if<Send>(&o); s != nullptr && s->immediate) {
      transmit(i, *s);
      continue;
    }
    if (std::holds_alternative<Save>(o)) m.writes.push_back(m.elector->durable());
    if (const auto* a = std::get_if<Acting>(&o)) {
      wins.emplace_back(now_, i);
      const auto [it, first] = winners_.emplace(a->epoch, m.id);
      if (!first && it->second != m.id)
        violate("epoch " + std::to_string(a->epoch.value) + " was won twice");
    }
    if (const auto* s = std::get_if<Suspect>(&o)) suspected.insert(s->id);
    m.waiting.push_back(std::move(o));
  }
  carry_out(i);
  schedule_wake(i);
}

void World::carry_out(std::size_t i) {
  Machine& m = machines_[i];
  while (!m.writing && !m.waiting.empty()) {
    if (std::holds_alternative<Save>(m.waiting.front())) {
      m.writing = true;
      const bool slow = random.chance(faults.slow_disk);
      at(now_ + between(Duration(100), slow ? Duration(600ms) : faults.disk_most),
         {i, m.run, Happening::What::kWritten, {}});
      return;
    }
    if (const auto* s = std::get_if<Send>(&m.waiting.front())) transmit(i, *s);
    if (const auto* a = std::get_if<Acting>(&m.waiting.front())) {
      if (!announced_.insert(a->epoch).second) violate("an epoch was used twice");
    }
    m.waiting.pop_front();
  }
}

void World::transmit(std::size_t i, const Send& s) {
  Machine& m = machines_[i];
  ++sent[s.message.index()];
  if (const auto* a = std::get_if<Accept>(&s.message)) m.shown = std::max(m.shown, a->epoch);
  if (const auto* a = std::get_if<HeartbeatAck>(&s.message); a && a->counts) {
    m.shown = std::max(m.shown, a->epoch);
  }
  if (const auto* b = std::get_if<Heartbeat>(&s.message)) m.shown = std::max(m.shown, b->epoch);
  const std::size_t to = index_of(s.to);
  const Incoming in{m.id, m.elector->durable().won, s.message};
  const int copies = random.chance(faults.duplicate) ? 2 : 1;
  for (int c = 0; c < copies; ++c) {
    if (cuts.contains({i, to}) || random.chance(faults.loss)) continue;
    at(now_ + between(faults.delay_least, faults.delay_most),
       {to, 0, Happening::What::kMessage, in});
  }
}

void World::schedule_wake(std::size_t i) {
  Machine& m = machines_[i];
  const Instant deadline = m.elector->next_deadline();
  if (deadline == Instant::never()) {
    m.next_wake = Duration::max();
    return;
  }
  const Duration wait(static_cast<Duration::rep>(
      std::ceil(static_cast<double>((deadline - local(i)).count()) / m.rate)));
  const Duration when = now_ + std::max(wait, Duration(1));
  if (when == m.next_wake) return;
  m.next_wake = when;
  at(when, {i, m.run, Happening::What::kWake, {}});
}

std::vector<std::size_t> World::acting() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (up(i) && machines_[i].elector->acting(local(i))) out.push_back(i);
  }
  return out;
}

void World::check() {
  // A look at everyone after every event would take the time of a big cluster.
  if (machines_.size() > 16 && ++checks_ % 64 != 0) return;
  if (acting().size() > 1) violate("two leases at once");
}

void World::violate(const std::string& what) {
  if (violations.size() < 10) {
    violations.push_back("seed " + std::to_string(options_.seed) + " at " +
                         std::to_string(seconds(now_)) + " s: " + what);
  }
}

void World::tell_live(std::size_t i, const std::set<std::size_t>& live) {
  Live input;
  for (const std::size_t other : live) {
    if (other != i) input.hosts.insert(machines_[other].id);
  }
  feed(i, input);
}

void World::settle_gossip() {
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    std::set<std::size_t> live;
    for (std::size_t other = 0; other < machines_.size(); ++other) {
      if (up(other) && !cuts.contains({i, other}) && !cuts.contains({other, i})) live.insert(other);
    }
    tell_live(i, live);
  }
}

Epoch World::highest_won() const { return winners_.empty() ? Epoch{} : winners_.rbegin()->first; }

}  // namespace prumo::election::testing
