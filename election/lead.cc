// The coordinator's side: heartbeats, the lease they earn, and handing over.

#include <algorithm>

#include "election/elector.h"

namespace prumo::election {
namespace {

// Nobody acknowledges a resignation; who misses them all waits for its promise to run out.
constexpr int kFarewells = 3;

}  // namespace

void Elector::advance_leading(Turn& t, bool late) {
  auto& lead = std::get<role::Leading>(role_);
  if (t.now >= lead.lease.until()) {
    return stop(t, "no majority acknowledges", late ? t.now + p_.stagger : t.now);
  }
  if (lead.raise && t.now >= lead.raise->deadline) lead.raise.reset();
  if (lead.raise && t.now >= lead.raise->next_retry) repeat_claim(t, *lead.raise);
  if (t.now < lead.next_beat) return;
  if (!busy_) {
    if (const auto higher = fit_higher_rank(t.now, lead)) {
      takeovers_.resigned_to(*higher, t.now);
      return resign_to(t, *higher, "a higher rank is back");
    }
  }
  beat(t, lead);
}

void Elector::beat(Turn& t, role::Leading& lead) {
  lead.next_beat = t.now + p_.heartbeat;
  const std::uint64_t sequence = lead.lease.beat(electorate_, t.now);
  broadcast(t, Heartbeat{lead.epoch, sequence, electorate_.digest()}, true);
  for (const HostId& id : lead.lease.newly_silent(t.now)) t.out.emplace_back(Suspect{id});
}

void Elector::stop(Turn& t, std::string why, Instant speak_at) {
  t.out.emplace_back(Stopped{std::get<role::Leading>(role_).epoch, std::move(why)});
  role::Seeking next;
  next.since = t.now;
  next.speak_at = speak_at;
  seek(std::move(next));
}

void Elector::resign_to(Turn& t, const HostId& successor, std::string why) {
  const Resign resign{std::get<role::Leading>(role_).epoch, successor};
  stop(t, std::move(why), t.now);
  // The successor last, so that its claim meets nobody who is still bound.
  for (const HostId& id : electorate_.others()) {
    if (id != successor) send(t, id, resign);
  }
  if (electorate_.is_other(successor)) send(t, successor, resign);

  auto& s = std::get<role::Seeking>(role_);
  s.only = successor;
  s.only_until = successor.empty() ? t.now : t.now + p_.promise;
  s.farewell = role::Farewell{resign, t.now + p_.claim_retry, kFarewells - 1};
}

std::optional<HostId> Elector::fit_higher_rank(Instant now, const role::Leading& lead) const {
  for (const HostId& id : electorate_.live_above()) {
    const auto fit = lead.lease.fit_since(id, now);
    if (fit && now - *fit >= takeovers_.delay(p_, id)) return id;
  }
  return std::nullopt;
}

HostId Elector::best_successor(Instant now, const role::Leading& lead) const {
  const std::vector<HostId> live = electorate_.live_by_rank();
  const auto pick = [&live](auto suits) {
    const auto it = std::find_if(live.begin(), live.end(), suits);
    return it == live.end() ? HostId() : *it;
  };
  HostId best = pick([&](const HostId& id) { return lead.lease.fit_since(id, now).has_value(); });
  if (best.empty()) best = pick([&](const HostId& id) { return lead.lease.fresh(id, now); });
  if (best.empty() && !live.empty()) best = live.front();
  return best;
}

void Elector::hear(Turn& t, const HostId& from, const HeartbeatAck& m) {
  auto* const lead = std::get_if<role::Leading>(&role_);
  if (lead == nullptr || m.epoch != lead->epoch) return;
  const bool counts = m.counts && electorate_.may_vote(from);
  lead->lease.acknowledge(electorate_, from, m.sequence, counts,
                          m.hears_majority && electorate_.is_live(from), t.now);
}

void Elector::hear(Turn& t, const HostId& from, const Outdated& m) {
  heard_ = std::max(heard_, believed(t, from, m.accepted));
  note_won(t, from, m.won);
  auto* const lead = std::get_if<role::Leading>(&role_);
  if (lead == nullptr) return;
  lead->lease.present(from, t.now);
  const Epoch mine = lead->raise ? lead->raise->epoch : lead->epoch;
  // A failed claim of someone who was cut off: above it at once, while the others still hold on.
  if (m.used == lead->epoch && m.accepted > mine && may_claim(t.now)) {
    lead->raise = open_claim(t, t.now + p_.claim_timeout);
  }
}

}  // namespace prumo::election
