// Missing the coordinator: whose turn it is to speak, ELECTION and OK.

#include <algorithm>

#include "election/elector.h"

namespace prumo::election {

void Elector::seek(role::Seeking next) {
  if (next.backoff == Duration(0)) next.backoff = p_.ok_wait;
  role_ = std::move(next);
}

void Elector::hear(Turn& t, const HostId& from, const Election& m) {
  const bool missing = misses(t.now, from);
  auto* const lead = std::get_if<role::Leading>(&role_);
  auto* const seeking = std::get_if<role::Seeking>(&role_);
  const bool takes_over =
      lead != nullptr || (may_claim(t.now) && !std::holds_alternative<role::Following>(role_));
  const bool higher = takes_over && electorate_.outranks(electorate_.self(), from);
  if (lead != nullptr) {
    send(t, from, Heartbeat{lead->epoch, lead->lease.last_sequence(), electorate_.digest()}, true);
  }
  send(t, from, Ok{m.attempt, higher, missing});
  if (!missing) askers_[from] = Asker{m.attempt, t.now};
  if (seeking == nullptr) return;
  if (electorate_.outranks(from, electorate_.self())) {
    yield_to(t.now, *seeking, from);
  } else if (missing && !seeking->poll) {
    // A lower rank found itself at turn, so the higher ones before this peer had theirs.
    seeking->staggered = true;
    seeking->speak_at = std::min(seeking->speak_at, t.now);
  }
}

void Elector::hear(Turn& t, const HostId& from, const Ok& m) {
  auto* const s = std::get_if<role::Seeking>(&role_);
  if (s == nullptr || !s->poll || s->poll->attempt != m.attempt) return;
  s->poll->answered.insert(from);
  if (m.missing && electorate_.may_vote(from)) s->poll->missing.insert(from);
  if (m.higher && electorate_.outranks(from, electorate_.self())) yield_to(t.now, *s, from);
}

void Elector::yield_to(Instant now, role::Seeking& s, const HostId& higher) const {
  // Once a silence only: a host that can send but not hear would else hold up everyone for ever.
  if (!s.yielded.insert(higher).second) return;
  s.speak_at = std::max(s.speak_at, now + p_.claim_timeout);
  s.poll.reset();
}

bool Elector::misses(Instant now, const HostId& asker) const {
  if (!is_sound() || now < quiet_until_) return false;
  if (const auto* const f = std::get_if<role::Following>(&role_)) return f->host == asker;
  if (const auto* const s = std::get_if<role::Seeking>(&role_)) {
    return !s->reserved_from(asker, now);
  }
  return std::holds_alternative<role::Claiming>(role_);
}

void Elector::answer_askers(Turn& t) {
  auto& s = std::get<role::Seeking>(role_);
  for (auto it = askers_.begin(); it != askers_.end();) {
    const auto& [id, asker] = *it;
    const bool expired = t.now - asker.at > p_.promise;
    if (!expired && !misses(t.now, id)) {
      ++it;
      continue;
    }
    if (!expired) {
      const bool higher = may_claim(t.now) && electorate_.outranks(electorate_.self(), id);
      send(t, id, Ok{asker.attempt, higher, true});
      if (electorate_.outranks(id, electorate_.self())) yield_to(t.now, s, id);
    }
    it = askers_.erase(it);
  }
}

std::size_t Elector::ranks_to_wait_for(const role::Seeking& s) const {
  const std::vector<HostId> above = electorate_.live_above();
  return static_cast<std::size_t>(std::count_if(above.begin(), above.end(), [&](const HostId& id) {
    const bool answered = s.poll && s.poll->answered.contains(id);
    return id != s.silent && !s.yielded.contains(id) && !answered;
  }));
}

bool Elector::poll_decided(Instant now, const role::Seeking& s) const {
  if (!s.poll || s.poll->missing.size() + 1 < electorate_.majority()) return false;
  return now >= s.poll->ok_until || ranks_to_wait_for(s) == 0;
}

Instant Elector::may_speak_at(const role::Seeking& s) const {
  const bool reserved = !s.only.empty() && s.only != electorate_.self();
  const Instant at = std::max(s.speak_at, quiet_until_);
  return reserved ? std::max(at, s.only_until) : at;
}

void Elector::advance_seeking(Turn& t, bool late) {
  auto& s = std::get<role::Seeking>(role_);
  if (s.farewell && s.farewell->next <= t.now) {
    broadcast(t, s.farewell->resign);
    s.farewell->next = t.now + p_.claim_retry;
    if (--s.farewell->left == 0) s.farewell.reset();
  }
  answer_askers(t);
  if (late) s.speak_at = std::max(s.speak_at, t.now + p_.stagger);
  if (!may_claim(t.now)) return;
  if (poll_decided(t.now, s)) return claim(t, t.now + p_.claim_timeout);
  if (t.now < may_speak_at(s)) return;
  if (!s.staggered) {
    s.staggered = true;
    const auto above = static_cast<Duration::rep>(ranks_to_wait_for(s));
    s.speak_at = t.now + above * p_.stagger;
    if (above > 0) return;
  }
  s.poll = Poll{++attempt_, t.now + p_.ok_wait, {}, {}};
  const auto jitter = Duration(
      static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(p_.stagger.count()))));
  s.speak_at = t.now + s.backoff + jitter + Duration(1);
  s.backoff = std::min(2 * s.backoff, p_.promise);
  broadcast(t, Election{attempt_});
  if (poll_decided(t.now, s)) claim(t, t.now + p_.claim_timeout);
}

}  // namespace prumo::election
