#include "election/elector.h"

#include <algorithm>

namespace prumo::election {
namespace {

// Far above what a cluster can reach by one election a second, far below where a counter would
// wrap.
constexpr Epoch kAbsurd{std::uint64_t{1} << 62U};

Epoch highest_epoch(const Message& message) {
  return std::visit(
      [](const auto& m) {
        using M = std::decay_t<decltype(m)>;
        if constexpr (std::is_same_v<M, Election> || std::is_same_v<M, Ok>) {
          return Epoch{};
        } else if constexpr (std::is_same_v<M, Refuse>) {
          return std::max(m.epoch, m.floor);
        } else if constexpr (std::is_same_v<M, Outdated>) {
          return std::max({m.used, m.accepted, m.won});
        } else {
          return m.epoch;
        }
      },
      message);
}

}  // namespace

Elector::Elector(Parameters parameters, HostId self, Members members, Durable durable,
                 Random random, Instant now)
    : configured_(parameters),
      p_(scaled(parameters, members.size())),
      electorate_(std::move(self), std::move(members)),
      durable_(std::move(durable)),
      random_(random),
      last_step_(now),
      quiet_until_(now + p_.promise) {
  // After a common power cut all start at once and none knows who lives, so the list alone spreads
  // them: by more than their clocks may differ, as long as that keeps a big cluster waiting no
  // longer than a promise.
  const auto position = static_cast<Duration::rep>(electorate_.position());
  role::Seeking start;
  start.since = now;
  start.speak_at =
      quiet_until_ + std::min(position * p_.stagger, p_.promise + position * (p_.stagger / 10));
  start.staggered = true;
  role_ = std::move(start);
}

void Elector::step(Instant now, const Input& input, std::vector<Output>& out) {
  // Called late, there may be messages waiting that explain the silence: nobody is missed before
  // they were looked at. A lease that ended meanwhile has ended, whatever they say.
  const bool late = now - next_deadline() > p_.stagger;
  last_step_ = std::max(last_step_, now);
  Turn t{last_step_, out};
  advance(t, late);
  std::visit([this, &t](const auto& in) { take(t, in); }, input);
  advance(t, false);
}

void Elector::advance(Turn& t, bool late) {
  if (std::holds_alternative<role::Leading>(role_)) advance_leading(t, late);
  if (std::holds_alternative<role::Claiming>(role_)) advance_claiming(t, late);
  if (std::holds_alternative<role::Following>(role_)) advance_following(t, late);
  if (std::holds_alternative<role::Seeking>(role_)) advance_seeking(t, late);
  // With a single member a claim is won as it is made.
  if (auto* const lead = std::get_if<role::Leading>(&role_); lead && lead->next_beat <= t.now) {
    beat(t, *lead);
  }
}

void Elector::take(Turn& t, const Incoming& in) {
  if (!electorate_.is_other(in.from)) return;
  const Epoch named = std::max(in.won, highest_epoch(in.message));
  if (named > leap_from(floor())) t.out.emplace_back(FarEpoch{in.from, named});
  if (named >= kAbsurd) return;
  heard_frame(t, in.from, in.won);
  std::visit([this, &t, &in](const auto& m) { hear(t, in.from, m); }, in.message);
}

void Elector::take(Turn& t, const WonHeard& in) {
  if (!electorate_.is_other(in.from)) return;
  if (in.won > leap_from(floor())) t.out.emplace_back(FarEpoch{in.from, in.won});
  if (in.won < kAbsurd) heard_frame(t, in.from, in.won);
}

void Elector::take(Turn&, const Tick&) {}

void Elector::take(Turn&, const Live& in) {
  electorate_.set_live(in.hosts);
  if (auto* const lead = std::get_if<role::Leading>(&role_)) {
    for (const HostId& id : electorate_.others()) {
      if (!electorate_.is_live(id)) lead->lease.unfit(id);
    }
  }
}

void Elector::take(Turn& t, const HandOver&) {
  leaving_ = true;
  if (auto* const lead = std::get_if<role::Leading>(&role_)) {
    resign_to(t, best_successor(t.now, *lead), "hands over");
  } else if (std::holds_alternative<role::Claiming>(role_)) {
    withdraw(t, HostId());
  }
}

void Elector::take(Turn&, const Busy& in) { busy_ = in.on; }

void Elector::take(Turn& t, const CanStore& in) {
  const bool again = in.yes && !can_store_;
  can_store_ = in.yes;
  if (again && !stored_) save(t);
  if (!in.yes && std::holds_alternative<role::Claiming>(role_)) withdraw(t, HostId());
}

void Elector::take(Turn& t, const Stored&) {
  stored_ = true;
  win_if_accepted(t);
}

void Elector::take(Turn& t, const Barred& in) {
  barred_ = in.yes;
  if (!in.yes) return;
  if (auto* const lead = std::get_if<role::Leading>(&role_)) {
    resign_to(t, best_successor(t.now, *lead), "barred");
  } else if (std::holds_alternative<role::Claiming>(role_)) {
    withdraw(t, HostId());
  }
}

void Elector::take(Turn& t, const BarredMembers& in) {
  electorate_.set_barred(in.hosts);
  if (auto* const lead = std::get_if<role::Leading>(&role_)) {
    lead->lease.adapt(p_, electorate_, t.now);
  }
}

void Elector::take(Turn& t, const NewMembers& in) {
  electorate_.set_members(in.members);
  p_ = scaled(configured_, in.members.size());
  const auto gone = [this](const auto& entry) { return !electorate_.is_other(entry.first); };
  std::erase_if(heard_from_, gone);
  std::erase_if(askers_, gone);
  differing_.clear();
  takeovers_.keep([this](const HostId& id) { return electorate_.is_other(id); });
  leaps_.keep([this](const HostId& id) { return electorate_.is_other(id); });
  if (auto* const lead = std::get_if<role::Leading>(&role_)) {
    lead->lease.adapt(p_, electorate_, t.now);
    if (!electorate_.contains_self()) stop(t, "no longer a member", t.now);
  }
  if (const auto* f = std::get_if<role::Following>(&role_); f && !electorate_.is_other(f->host)) {
    role::Seeking next;
    next.since = t.now;
    // It may still lead by the list of others, and this peer's promise is part of its lease.
    next.speak_at = f->until;
    next.only = f->host;
    next.only_until = f->until;
    seek(std::move(next));
  }
}

void Elector::heard_frame(Turn& t, const HostId& from, Epoch won) {
  heard_from_[from] = t.now;
  note_won(t, from, won);
}

Epoch Elector::believed(const Turn& t, const HostId& from, Epoch named) {
  return leaps_.believed(from, named, floor(), t.now, p_.promise);
}

void Elector::note_won(Turn& t, const HostId& from, Epoch named) {
  const Epoch won = believed(t, from, named);
  if (won <= durable_.won) return;
  durable_.won = won;
  save(t);
  // Its winner is about to be heard; it is given a promise length, like any coordinator.
  if (const auto* lead = std::get_if<role::Leading>(&role_); lead && won > lead->epoch) {
    stop(t, "epoch " + std::to_string(won.value) + " was won", t.now + p_.promise);
  }
  const Claim* const mine = pending_claim();
  if (mine != nullptr && won >= mine->epoch) {
    if (auto* const lead = std::get_if<role::Leading>(&role_)) {
      lead->raise.reset();
    } else {
      withdraw(t, HostId());
      std::get<role::Seeking>(role_).speak_at = t.now + p_.promise;
    }
  }
}

void Elector::save(Turn& t) {
  stored_ = false;
  t.out.emplace_back(Save{});
}

void Elector::send(Turn& t, const HostId& to, Message message, bool immediate) const {
  t.out.emplace_back(Send{to, std::move(message), immediate});
}

void Elector::broadcast(Turn& t, const Message& message, bool immediate) const {
  for (const HostId& id : electorate_.others()) send(t, id, message, immediate);
}

void Elector::compare_members(Turn& t, const HostId& with, std::uint64_t digest) {
  if (digest == electorate_.digest()) {
    differing_.erase(with);
    return;
  }
  Differing& d = differing_[with];
  if (d.list == digest) return;
  d.list = digest;
  t.out.emplace_back(MembersDiffer{with, {}});
}

bool Elector::is_sound() const { return can_store_ && !barred_ && electorate_.contains_self(); }

bool Elector::may_claim(Instant now) const {
  return is_sound() && !leaving_ && now >= quiet_until_;
}

bool Elector::hears_majority(Instant now) const {
  const auto heard = std::count_if(heard_from_.begin(), heard_from_.end(), [&](const auto& entry) {
    return now - entry.second <= p_.hears_window;
  });
  return static_cast<std::size_t>(heard) + 1 >= electorate_.majority();
}

std::optional<Epoch> Elector::acting(Instant now) const {
  const auto* const lead = std::get_if<role::Leading>(&role_);
  if (lead == nullptr || now >= lead->lease.until()) return std::nullopt;
  return lead->epoch;
}

Instant Elector::lease_until() const {
  const auto* const lead = std::get_if<role::Leading>(&role_);
  return lead == nullptr ? Instant{} : lead->lease.until();
}

std::optional<HostId> Elector::coordinator(Instant now) const {
  if (acting(now)) return electorate_.self();
  const auto* const f = std::get_if<role::Following>(&role_);
  return f != nullptr && now < f->until ? std::optional(f->host) : std::nullopt;
}

Instant Elector::since() const {
  return std::visit([](const auto& r) { return r.since; }, role_);
}

Epoch Elector::epoch() const {
  if (const auto* const lead = std::get_if<role::Leading>(&role_)) return lead->epoch;
  const auto* const f = std::get_if<role::Following>(&role_);
  return f != nullptr ? f->epoch : Epoch{};
}

Instant Elector::next_deadline() const {
  Instant next = Instant::never();
  const auto consider = [this, &next](Instant at) {
    if (at > last_step_) next = std::min(next, at);
  };
  if (const auto* const lead = std::get_if<role::Leading>(&role_)) {
    consider(lead->lease.until());
    consider(lead->next_beat);
    if (lead->raise) consider(std::min(lead->raise->next_retry, lead->raise->deadline));
  } else if (const auto* const c = std::get_if<role::Claiming>(&role_)) {
    consider(std::min(c->claim.next_retry, c->claim.deadline));
  } else if (const auto* const f = std::get_if<role::Following>(&role_)) {
    consider(f->until);
  } else if (const auto* const s = std::get_if<role::Seeking>(&role_)) {
    consider(quiet_until_);
    consider(s->only_until);
    if (s->farewell) consider(s->farewell->next);
    if (is_sound() && !leaving_) {
      consider(may_speak_at(*s));
      if (s->poll) consider(s->poll->ok_until);
    }
  }
  return next;
}

}  // namespace prumo::election
