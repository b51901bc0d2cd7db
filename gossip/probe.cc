#include "gossip/probe.h"

#include <algorithm>

namespace prumo::gossip {

bool ProbeTable::probing(const HostId& target) const {
  return std::any_of(probes.begin(), probes.end(),
                     [&](const auto& row) { return row.second.target == target; });
}

void ProbeTable::forget(const HostId& id) {
  std::erase_if(probes, [&](const auto& row) { return row.second.target == id; });
  std::erase_if(errands,
                [&](const auto& row) { return row.second.target == id || row.second.asker == id; });
  for (auto& [sequence, probe] : probes) probe.unheard_helpers.erase(id);
}

Instant ProbeTable::next_deadline() const {
  Instant next = Instant::never();
  for (const auto& [sequence, probe] : probes)
    next = std::min({next, probe.ask_helpers_at, probe.verdict_at});
  for (const auto& [sequence, errand] : errands) next = std::min(next, errand.nack_at);
  return next;
}

void ProbeTable::postpone_due(Instant now, Instant until) {
  for (auto& [sequence, probe] : probes) {
    if (probe.verdict_at > now || probe.postponed == kPostponedMost) continue;
    ++probe.postponed;
    probe.verdict_at = until;
  }
}

void RoundRobin::set(const std::set<HostId>& ids, Random& random) {
  std::vector<HostId> left;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (!ids.contains(order_[i])) continue;
    left.push_back(order_[i]);
  }
  std::size_t done = 0;
  for (std::size_t i = 0; i < at_ && i < order_.size(); ++i)
    done += ids.contains(order_[i]) ? 1 : 0;
  const std::set<HostId> known(left.begin(), left.end());
  for (const HostId& id : ids) {
    if (known.contains(id)) continue;
    const std::size_t place = done + random.below(left.size() - done + 1);
    left.insert(left.begin() + static_cast<std::ptrdiff_t>(place), id);
  }
  order_ = std::move(left);
  at_ = done;
}

void RoundRobin::shuffle(Random& random) {
  for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random.below(i)]);
  at_ = 0;
}

}  // namespace prumo::gossip
