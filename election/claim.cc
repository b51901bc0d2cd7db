// COORDINATOR, the claim of an epoch, from both sides.

#include <algorithm>

#include "election/elector.h"

namespace prumo::election {

Claim Elector::open_claim(Turn& t, Instant deadline) {
  const Epoch epoch = std::max(floor(), heard_).next();
  durable_.accepted = epoch;
  durable_.accepted_from = electorate_.self();
  save(t);
  broadcast(t, Coordinator{epoch, electorate_.digest()});
  return Claim{epoch, t.now, t.now + p_.claim_retry, deadline, {}};
}

void Elector::claim(Turn& t, Instant deadline) {
  role_ = role::Claiming{open_claim(t, deadline), t.now};
  win_if_accepted(t);
}

Claim* Elector::pending_claim() {
  if (auto* const c = std::get_if<role::Claiming>(&role_)) return &c->claim;
  auto* const lead = std::get_if<role::Leading>(&role_);
  return lead != nullptr && lead->raise ? &*lead->raise : nullptr;
}

void Elector::repeat_claim(Turn& t, Claim& c) const {
  c.next_retry = t.now + p_.claim_retry;
  for (const HostId& id : electorate_.others()) {
    if (!c.accepted.contains(id)) send(t, id, Coordinator{c.epoch, electorate_.digest()});
  }
}

void Elector::advance_claiming(Turn& t, bool late) {
  Claim& c = std::get<role::Claiming>(role_).claim;
  if (t.now >= c.deadline) {
    withdraw(t, HostId());
    if (late) std::get<role::Seeking>(role_).speak_at = t.now + p_.stagger;
  } else if (t.now >= c.next_retry) {
    repeat_claim(t, c);
  }
}

void Elector::withdraw(Turn& t, const HostId& in_favour_of) {
  const Epoch epoch = std::get<role::Claiming>(role_).claim.epoch;
  // What waited for a disk that fails was never sent; after a restart its epoch may be claimed again.
  if (can_store_ || stored_) broadcast(t, Resign{epoch, in_favour_of});
  role::Seeking next;
  next.since = t.now;
  next.speak_at = t.now + p_.ok_wait;
  seek(std::move(next));
}

void Elector::win_if_accepted(Turn& t) {
  const Claim* const found = pending_claim();
  if (found == nullptr) return;
  const auto votes =
      1 + std::count_if(found->accepted.begin(), found->accepted.end(),
                        [this](const HostId& id) { return electorate_.may_vote(id); });
  if (static_cast<std::size_t>(votes) < electorate_.majority()) return;
  // Others vote for what is stored here already; who needs nobody's vote waits for its own.
  if (electorate_.majority() == 1 && !stored_) return;
  // The lease would be over as it begins: let the claim time out.
  if (t.now >= found->first_sent + p_.lease) return;

  const Claim won = *found;
  heard_ = Epoch{};  // who accepted a higher one says so again
  durable_.won = won.epoch;
  save(t);
  if (auto* const lead = std::get_if<role::Leading>(&role_)) {
    lead->epoch = won.epoch;
    lead->raise.reset();
    lead->lease.restart(electorate_, won.first_sent, won.accepted);
    lead->next_beat = t.now;
  } else {
    takeovers_.leads_again(p_, t.now);
    askers_.clear();
    role_ = role::Leading{
        won.epoch, t.now, Lease(p_, electorate_, won.first_sent, won.accepted, t.now), t.now, {}};
  }
  t.out.emplace_back(Acting{won.epoch, static_cast<std::size_t>(votes)});
}

std::optional<Refusal> Elector::objection(Instant now, const HostId& from,
                                          const Coordinator& m) const {
  if (m.members_digest != electorate_.digest()) return Refusal::kOtherMembers;
  if (barred_ || !electorate_.contains_self() || !electorate_.may_vote(from)) {
    return Refusal::kNotAdmitted;
  }
  if (!can_store_) return Refusal::kCanNotStore;
  if (now < quiet_until_) return Refusal::kPromised;
  // A promise is named before a number: going above helps only where no promise is in the way.
  if (std::holds_alternative<role::Leading>(role_)) return Refusal::kPromised;
  if (std::holds_alternative<role::Claiming>(role_) &&
      electorate_.outranks(electorate_.self(), from)) {
    return Refusal::kPromised;
  }
  if (const auto* const f = std::get_if<role::Following>(&role_); f && f->host != from) {
    return Refusal::kPromised;
  }
  if (const auto* const s = std::get_if<role::Seeking>(&role_); s && s->reserved_from(from, now)) {
    return Refusal::kSuccessor;
  }
  const bool again = m.epoch == durable_.accepted && from == durable_.accepted_from &&
                     m.epoch >= durable_.won && ended_ != Ended{from, m.epoch};
  return again || m.epoch > floor() ? std::nullopt : std::optional(Refusal::kEpoch);
}

void Elector::hear(Turn& t, const HostId& from, const Coordinator& m) {
  compare_members(t, from, m.members_digest);
  if (const auto why = objection(t.now, from, m)) {
    Refuse refusal{m.epoch, *why, floor(), {}};
    if (*why == Refusal::kOtherMembers) refusal.members = electorate_.digests();
    send(t, from, refusal);
    return;
  }
  // Whoever accepted this peer's own claim is set free for the higher rank.
  if (std::holds_alternative<role::Claiming>(role_)) withdraw(t, from);
  if (const Epoch reach = believed(t, from, m.epoch); reach < m.epoch) {
    // Towards it, without a vote for anybody; the claim will be repeated.
    durable_.accepted = reach;
    durable_.accepted_from = HostId();
    save(t);
    send(t, from, Refuse{m.epoch, Refusal::kEpoch, floor(), {}});
    return;
  }
  if (m.epoch != durable_.accepted || from != durable_.accepted_from) {
    durable_.accepted = m.epoch;
    durable_.accepted_from = from;
    save(t);
  }
  follow(t, from, m.epoch);
  send(t, from, Accept{m.epoch});
}

void Elector::hear(Turn& t, const HostId& from, const Accept& m) {
  if (auto* const lead = std::get_if<role::Leading>(&role_)) lead->lease.present(from, t.now);
  Claim* const mine = pending_claim();
  if (mine == nullptr || mine->epoch != m.epoch) return;
  mine->accepted.insert(from);
  win_if_accepted(t);
}

void Elector::hear(Turn& t, const HostId& from, const Refuse& m) {
  heard_ = std::max(heard_, believed(t, from, m.floor));
  if (m.why == Refusal::kOtherMembers) {
    std::uint64_t digest = 1;
    for (const MemberDigest& d : m.members) digest = (digest ^ d.digest) * 0x100000001B3U;
    Differing& d = differing_[from];
    if (d.named != digest) {
      d.named = digest;
      t.out.emplace_back(MembersDiffer{from, electorate_.differing(m.members)});
    }
  }
  auto* const lead = std::get_if<role::Leading>(&role_);
  if (lead != nullptr) lead->lease.present(from, t.now);
  const Claim* const mine = pending_claim();
  if (mine == nullptr || mine->epoch != m.epoch || m.why != Refusal::kEpoch ||
      m.floor < mine->epoch || !may_claim(t.now)) {
    return;
  }
  // The deadline stays: claims that chase each other come to an end.
  const Instant deadline = mine->deadline;
  if (lead != nullptr) {
    lead->raise = open_claim(t, deadline);
  } else {
    claim(t, deadline);
  }
}

}  // namespace prumo::election
