#include "gossip/rumour.h"

#include <algorithm>
#include <cmath>

namespace prumo::gossip {

std::uint32_t relay_steps(std::size_t members) {
  return static_cast<std::uint32_t>(std::ceil(4 * std::log10(static_cast<double>(members) + 1)));
}

void RumourQueue::add(const HostId& subject, bool with_summary, Instant now) {
  const auto old = entries_.find({subject, {}});
  const bool summary = with_summary || (old != entries_.end() && old->second.with_summary);
  drop_subject(subject);
  entries_[{subject, {}}] = {now, 0, summary};
}

void RumourQueue::add_accuser(const HostId& subject, const HostId& accuser, Instant now) {
  entries_[{subject, accuser}] = {now, 0, false};
}

void RumourQueue::sent(const RumourKey& key, std::uint32_t steps) {
  const auto it = entries_.find(key);
  if (it != entries_.end() && ++it->second.sent >= steps) entries_.erase(it);
}

void RumourQueue::drop_subject(const HostId& subject) {
  std::erase_if(entries_, [&](const auto& e) { return e.first.subject == subject; });
}

void RumourQueue::drop_accusers(const HostId& subject) {
  std::erase_if(entries_, [&](const auto& e) {
    return e.first.subject == subject && !e.first.accuser.empty();
  });
}

void RumourQueue::drop_older_than(Instant oldest) {
  std::erase_if(entries_, [&](const auto& e) { return e.second.since < oldest; });
}

bool RumourQueue::with_summary(const RumourKey& key) const {
  const auto it = entries_.find(key);
  return it != entries_.end() && it->second.with_summary;
}

std::vector<RumourKey> RumourQueue::in_order() const {
  std::vector<std::pair<std::uint32_t, RumourKey>> order;
  order.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) order.emplace_back(entry.sent, key);
  std::sort(order.begin(), order.end());
  std::vector<RumourKey> keys;
  keys.reserve(order.size());
  for (auto& [sent, key] : order) keys.push_back(std::move(key));
  return keys;
}

}  // namespace prumo::gossip
