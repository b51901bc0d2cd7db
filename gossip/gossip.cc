#include "gossip/gossip.h"

#include <algorithm>

#include "gossip/size.h"

namespace prumo::gossip {
namespace {

/// Later than this behind next_deadline(), the process was paused: beyond a scheduler's noise,
/// below the shortest timeout that counts.
constexpr Duration kLate = 50ms;

std::set<HostId> others(const Members& members, const HostId& self) {
  std::set<HostId> ids;
  for (const Member& m : members.list()) {
    if (m.id != self) ids.insert(m.id);
  }
  return ids;
}

}  // namespace

Gossip::Gossip(Parameters parameters, HostId self, Members members, std::uint32_t starts,
               Random random, Instant now)
    : parameters_(parameters),
      self_(std::move(self)),
      incarnation_{starts, 0},
      own_as_of_(now),
      budget_(parameters.rumour_bytes_per_s, now),
      random_(random),
      next_sequence_(random_.next() >> 1U),
      rumour_at_(now) {
  const std::set<HostId> ids = others(members, self_);
  for (const HostId& id : ids) peers_.emplace(id, Known{});
  round_robin_.set(ids, random_);
  // A random phase each, so that hosts which start together do not speak together ever after.
  const auto phase = [&](Duration d) {
    return now +
           Duration{static_cast<Duration::rep>(random_.unit() * static_cast<double>(d.count()))};
  };
  digest_at_ = phase(parameters_.gossip_period / parameters_.fanout);
  probe_at_ = phase(parameters_.probe_period);
  visit_at_ = phase(parameters_.gossip_period / 4);
}

void Gossip::step(Instant now, const Input& input, std::vector<Output>& out) {
  notice_pause(now);
  Turn turn{now, out};
  std::visit([&](const auto& what) { on(turn, what); }, input);
  run_timers(turn);
}

Instant Gossip::next_deadline() const {
  Instant next = probes_.next_deadline();
  if (!rumours_.empty()) next = std::min(next, rumour_at_);
  if (left_) return next;
  next = std::min({next, digest_at_, probe_at_, visit_at_});
  for (const auto& [id, suspicion] : suspicions_)
    next = std::min(next, suspicion.ends(parameters_, members()));
  return next;
}

void Gossip::run_timers(Turn& turn) {
  run_probes(turn);
  if (!left_) {
    end_suspicions(turn);
    if (turn.now >= probe_at_) probe_next(turn);
    if (turn.now >= digest_at_) send_digest(turn);
    if (turn.now >= visit_at_) visit_absent(turn);
  }
  // Last, so that what the others found out leaves in the same step.
  flush_rumours(turn);
}

void Gossip::notice_pause(Instant now) {
  const Instant due = next_deadline();
  if (now <= due + kLate) return;
  if (now - due > parameters_.probe_timeout) health_.worse();
  const Instant until = now + parameters_.probe_timeout;
  probes_.postpone_due(now, until);
  for (auto& [id, suspicion] : suspicions_) {
    if (suspicion.ends(parameters_, members()) <= now) suspicion.postpone(until);
  }
}

void Gossip::on(Turn& turn, const Incoming& in) {
  if (!peers_.contains(in.from)) return;
  hear(turn, in.from, in.incarnation);
  std::visit([&](const auto& message) { on_message(turn, in.from, message); }, in.message);
}

void Gossip::on(Turn& turn, const Heard& heard) {
  if (peers_.contains(heard.from)) hear(turn, heard.from, heard.incarnation);
}

void Gossip::on(Turn& turn, const Own& own) {
  const bool first = version_.value == 0;
  own_ = own.summary;
  cut_texts(own_);
  own_as_of_ = turn.now;
  version_ = version_.next();
  if ((own.urgent || first) && !left_) rumours_.add(self_, true, turn.now);
}

void Gossip::on(Turn& turn, const Accuse& accusation) {
  if (peers_.contains(accusation.id) && !left_) accuse(turn, accusation.id);
}

void Gossip::on(Turn& turn, const Leave&) {
  if (left_) return;
  left_ = true;
  rumours_.clear();
  probes_.probes.clear();
  Update farewell = own_update(turn.now);
  farewell.summary.reset();
  for (const auto& [id, known] : peers_) turn.out.push_back(Send{id, Rumour{{farewell}}});
}

void Gossip::on(Turn&, const NewMembers& change) {
  const std::set<HostId> ids = others(change.members, self_);
  for (auto it = peers_.begin(); it != peers_.end();) {
    if (ids.contains(it->first)) {
      ++it;
      continue;
    }
    suspicions_.erase(it->first);
    told_.erase(it->first);
    rumours_.drop_subject(it->first);
    probes_.forget(it->first);
    it = peers_.erase(it);
  }
  for (const HostId& id : ids) peers_.try_emplace(id);
  round_robin_.set(ids, random_);
}

bool Gossip::live(const Known& known) {
  return known.standing == Standing::kAlive || known.standing == Standing::kSuspect;
}

Duration Gossip::jittered(Duration d) {
  return Duration{
      static_cast<Duration::rep>(static_cast<double>(d.count()) * (0.9 + 0.2 * random_.unit()))};
}

}  // namespace prumo::gossip
