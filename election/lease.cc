#include "election/lease.h"

#include <algorithm>
#include <functional>

namespace prumo::election {
namespace {

constexpr int kSilentBeats = 5;
constexpr int kFreshBeats = 3;
// A heartbeat older than the lease renews nothing, so only so many are remembered.
constexpr std::size_t kRemembered = 64;

}  // namespace

Lease::Lease(const Parameters& p, const Electorate& e, Instant claim_sent,
             const std::set<HostId>& accepted, Instant won_at)
    : lease_(p.lease), heartbeat_(p.heartbeat), own_(claim_sent) {
  for (const HostId& id : e.others()) {
    Follower& f = followers_[id];
    f.seen = won_at;
    if (accepted.contains(id)) f.acknowledged = claim_sent;
  }
  recount(e);
}

void Lease::restart(const Electorate& e, Instant claim_sent, const std::set<HostId>& accepted) {
  own_ = claim_sent;
  sent_.clear();
  for (auto& [id, f] : followers_) {
    f.acknowledged = accepted.contains(id) ? std::optional(claim_sent) : std::nullopt;
  }
  recount(e);
}

void Lease::adapt(const Parameters& p, const Electorate& e, Instant now) {
  lease_ = p.lease;
  heartbeat_ = p.heartbeat;
  std::erase_if(followers_, [&e](const auto& entry) { return !e.is_other(entry.first); });
  for (const HostId& id : e.others()) followers_.try_emplace(id, Follower{{}, now, false, {}});
  recount(e);
}

std::uint64_t Lease::beat(const Electorate& e, Instant now) {
  own_ = now;
  ++sequence_;
  sent_.push_back(now);
  if (sent_.size() > kRemembered) sent_.pop_front();
  recount(e);
  return sequence_;
}

void Lease::note_presence(Follower& f, Instant now) const {
  if (now - f.seen > kFreshBeats * heartbeat_) f.fit.reset();
  f.seen = now;
  f.named = false;
}

void Lease::acknowledge(const Electorate& e, const HostId& from, std::uint64_t sequence,
                        bool counts, bool may_succeed, Instant now) {
  const auto it = followers_.find(from);
  if (it == followers_.end()) return;
  Follower& f = it->second;
  note_presence(f, now);
  if (!counts || !may_succeed) f.fit.reset();
  if (counts && may_succeed && !f.fit) f.fit = now;
  const std::uint64_t oldest = sequence_ - sent_.size() + 1;
  if (!counts || sequence > sequence_ || sequence < oldest) return;
  const Instant sent = sent_[static_cast<std::size_t>(sequence - oldest)];
  if (!f.acknowledged || *f.acknowledged < sent) f.acknowledged = sent;
  recount(e);
}

void Lease::present(const HostId& from, Instant now) {
  if (const auto it = followers_.find(from); it != followers_.end()) note_presence(it->second, now);
}

void Lease::unfit(const HostId& id) {
  if (const auto it = followers_.find(id); it != followers_.end()) it->second.fit.reset();
}

void Lease::recount(const Electorate& e) {
  std::vector<Instant> backed{own_};
  for (const auto& [id, f] : followers_) {
    if (f.acknowledged && e.may_vote(id)) backed.push_back(*f.acknowledged);
  }
  const std::size_t majority = e.majority();
  if (backed.size() < majority) {
    until_ = Instant{};
    return;
  }
  const auto oldest = backed.begin() + static_cast<std::ptrdiff_t>(majority - 1);
  std::nth_element(backed.begin(), oldest, backed.end(), std::greater<>());
  until_ = *oldest + lease_;
}

std::vector<HostId> Lease::newly_silent(Instant now) {
  std::vector<HostId> out;
  for (auto& [id, f] : followers_) {
    if (f.named || now - f.seen < kSilentBeats * heartbeat_) continue;
    f.named = true;
    out.push_back(id);
  }
  return out;
}

bool Lease::fresh(const HostId& id, Instant now) const {
  const auto it = followers_.find(id);
  return it != followers_.end() && now - it->second.seen <= kFreshBeats * heartbeat_;
}

std::optional<Instant> Lease::fit_since(const HostId& id, Instant now) const {
  return fresh(id, now) ? followers_.at(id).fit : std::nullopt;
}

}  // namespace prumo::election
