// A follower's side: heartbeats, their acknowledgement, and resignations.

#include <algorithm>

#include "election/elector.h"

namespace prumo::election {

void Elector::follow(Turn& t, const HostId& host, Epoch epoch) {
  Instant since = t.now;
  bool changed = true;
  if (const auto* const f = std::get_if<role::Following>(&role_); f && f->host == host) {
    since = f->since;
    changed = f->epoch != epoch;
  }
  role_ = role::Following{host, epoch, since, t.now, t.now + p_.promise};
  if (changed) t.out.emplace_back(Following{host, epoch});
}

void Elector::advance_following(Turn& t, bool late) {
  const auto& f = std::get<role::Following>(role_);
  if (t.now < f.until) return;
  t.out.emplace_back(Missing{f.host, t.now - f.heard});
  role::Seeking next;
  next.since = t.now;
  next.silent = f.host;
  next.speak_at = late ? t.now + p_.stagger : t.now;
  seek(std::move(next));
}

void Elector::hear(Turn& t, const HostId& from, const Heartbeat& m) {
  compare_members(t, from, m.members_digest);
  if (m.epoch < floor()) {
    send(t, from, Outdated{m.epoch, durable_.accepted, durable_.won}, stored_);
    return;
  }
  if (ended_ == Ended{from, m.epoch}) return;
  // Only a winner sends heartbeats; of one epoch there are no two. An own claim ends here.
  note_won(t, from, m.epoch);
  if (durable_.won < m.epoch) return;  // too far above to be believed at once
  if (std::holds_alternative<role::Leading>(role_)) return;

  if (can_store_ && (durable_.accepted < m.epoch || durable_.accepted_from != from)) {
    durable_.accepted = m.epoch;
    durable_.accepted_from = from;
    save(t);
  }
  askers_.clear();
  follow(t, from, m.epoch);
  const bool counts = !barred_ && electorate_.contains_self() && (can_store_ || stored_) &&
                      durable_.accepted == m.epoch;
  const bool may_succeed = counts && hears_majority(t.now) && may_claim(t.now);
  send(t, from, HeartbeatAck{m.epoch, m.sequence, may_succeed, counts}, stored_ || !counts);
}

void Elector::hear(Turn& t, const HostId& from, const Resign& m) {
  if (ended_ == Ended{from, m.epoch}) return;  // repeated
  ended_ = Ended{from, m.epoch};
  const auto* const s = std::get_if<role::Seeking>(&role_);
  // Nobody gives back what was promised to another.
  const bool reserved = s != nullptr && s->reserved_from(from, t.now);
  bool released = s != nullptr && !reserved && m.epoch >= floor();
  if (const auto* const f = std::get_if<role::Following>(&role_)) {
    released = f->host == from && f->epoch <= m.epoch;
  }
  if (!released) return;

  // Named by the coordinator itself, the successor needs not ask who else misses it.
  if (m.successor == electorate_.self() && may_claim(t.now)) {
    return claim(t, t.now + p_.claim_timeout);
  }
  role::Seeking next;
  next.since = t.now;
  next.silent = from;
  next.speak_at = t.now;
  if (electorate_.is_other(m.successor)) {
    next.only = m.successor;
    next.only_until = t.now + p_.promise;
  }
  seek(std::move(next));
}

}  // namespace prumo::election
