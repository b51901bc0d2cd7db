#include "src/peer/twins.h"

#include <algorithm>

#include "src/core/hash.h"
#include "src/peer/movable.h"
#include "src/peer/quandary.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

constexpr std::uint32_t kProven = 3;  ///< looks in turn

bool runs(const Domain& d) { return d.state == DomainState::kRunning && d.job == Job::kNone; }

/// As far as `other` is concerned: what moves to another host than that runs here until it has
/// left, and what moves to that one may run there by right.
bool runs(const Turn& turn, const Domain& d, const HostId& other) {
  const auto& op = turn.durable.operation;
  const bool elsewhere = d.state == DomainState::kRunning && d.job == Job::kOutgoing && op &&
                         op->vm == d.id && op->to != other;
  return runs(d) || elsewhere;
}

void report(Turn& turn, const Domain& d, const HostId& other) {
  need_operator(turn, d.id, d.name, runs_twice({d.id, d.name}, turn.self, other));
}

}  // namespace

void Twins::heard(Turn& turn, const HostId& from, const RunsHere& m, const OwnHost& host) {
  const Domain* d = host.find(m.vm);
  if (m.seen >= kProven) {
    if (d != nullptr && d->active()) report(turn, *d, from);
    return;
  }
  if (d == nullptr || (open_.size() >= kMostOpen && !open_.contains(m.vm))) return;
  // What it asks on its own must not put its answer back.
  if (const auto it = open_.find(m.vm);
      it != open_.end() && it->second.from == from && it->second.seen > m.seen)
    return;
  open_[m.vm] = Question{from, m.seen, turn.now};
  turn.observe();
}

void Twins::looked(Turn& turn, const OwnHost& host) {
  for (auto it = open_.begin(); it != open_.end();) {
    const auto& [vm, question] = *it;
    if (host.begun() <= question.since) {
      ++it;
      continue;
    }
    if (const Domain* d = host.find(vm); d != nullptr && runs(turn, *d, question.from)) {
      turn.send(question.from, RunsHere{vm, question.seen + 1});
      if (question.seen + 1 >= kProven) report(turn, *d, question.from);
    }
    it = open_.erase(it);
  }
}

void Twins::sampled(Turn& turn, const OwnHost& host,
                    const std::map<HostId, gossip::Known>& others) const {
  for (const auto& [id, d] : host.domains()) {
    if (d.state != DomainState::kRunning || needs_operator(turn.durable, id)) continue;
    const std::uint32_t hash = fnv1a_32(id.value);
    for (const auto& [other, known] : others) {
      const auto& theirs = known.summary.running;
      if (known.standing == gossip::Standing::kAlive && runs(turn, d, other) &&
          std::binary_search(theirs.begin(), theirs.end(), hash))
        turn.send(other, RunsHere{id, 1});
    }
  }
}

std::vector<std::uint32_t> running_hashes(const OwnHost& host) {
  std::vector<std::uint32_t> hashes;
  for (const auto& [id, d] : host.domains()) {
    if (hashes.size() >= kMostVms) break;
    if (runs(d)) hashes.push_back(fnv1a_32(id.value));
  }
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

}  // namespace prumo
