#include "src/peer/coordination.h"

#include <algorithm>

#include "policy/plan.h"
#include "src/peer/limits.h"

namespace prumo {
namespace {

constexpr std::size_t kMostTold = 256;
constexpr Duration kApart = 500ms;

Micro worst_of(const HostFigures& f) {
  Micro worst;
  for (const Resource r : kResources) {
    if (f.capacity[r] > 0) worst = std::max(worst, Micro::of(f.usage[r] / f.capacity[r]));
  }
  return worst;
}

bool live(const gossip::Known& k) {
  return k.standing == gossip::Standing::kAlive || k.standing == gossip::Standing::kSuspect;
}

gossip::Mode mode_of(const Cluster& cluster, const HostId& self, const HostId& id) {
  const auto peer = cluster.peers.find(id);
  return id == self || peer == cluster.peers.end() ? cluster.own_mode : peer->second.summary.mode;
}

bool barred(const Turn& turn, const HostId& id) {
  const auto& list = turn.durable.barred;
  return std::find(list.begin(), list.end(), id) != list.end();
}

}  // namespace

void Coordination::request(Turn& turn, const Cluster& cluster, const HostId& from,
                           const VmInfo& info) {
  if (!cluster.acting || too_often(turn, from, info)) return;
  if (round_ && round_->id.epoch != *cluster.acting) round_.reset();
  if (!round_) {
    counter_ = counter_.next();
    round_ = Collecting{{*cluster.acting, counter_},
                        turn.now,
                        turn.now + turn.parameters.relief.info_deadline,
                        {},
                        {},
                        {}};
    for (const auto& [id, known] : cluster.peers) {
      if (id == from || !live(known) || barred(turn, id)) continue;
      round_->asked.insert(id);
      turn.send(id, SendInfo{round_->id}, cluster.lease_until);
    }
  }
  const auto it = round_->requests.find(from);
  if (it == round_->requests.end() || it->second.info.request < info.request) {
    round_->requests.insert_or_assign(from, Asking{info, turn.now});
  }
  if (from != turn.self) round_->answers.insert_or_assign(from, info.host);
  if (round_->asked.empty()) decide(turn, cluster);
}

bool Coordination::too_often(Turn& turn, const HostId& from, const VmInfo& info) {
  const auto [it, first] = asked_.try_emplace(from, info.request, turn.now);
  auto& [request, at] = it->second;
  // A source waits for `backoff` by its own clock. The network may deliver one request twice, and a
  // source that was just restarted (the upper half of the number) does not know of its last one.
  if (!first && turn.now - at < std::min(turn.parameters.relief.backoff / 2, kApart)) {
    if (request != info.request && request.value >> 32U == info.request.value >> 32U)
      turn.note(note::Incredible{from, "requests for relief in quick succession"});
    return true;
  }
  it->second = {info.request, turn.now};
  return false;
}

void Coordination::info(Turn& turn, const Cluster& cluster, const HostId& from, const Info& info) {
  if (!round_ || info.round != round_->id || !round_->asked.contains(from)) return;
  round_->answers.insert_or_assign(from, info.host);
  const bool all = std::all_of(round_->asked.begin(), round_->asked.end(),
                               [&](const HostId& id) { return round_->answers.contains(id); });
  if (all) decide(turn, cluster);
}

void Coordination::tick(Turn& turn, const Cluster& cluster) {
  std::erase_if(promised_, [&](const auto& p) { return turn.now >= p.second.until; });
  if (!round_) return;
  if (!cluster.acting || *cluster.acting != round_->id.epoch) {
    round_.reset();
    return;
  }
  if (turn.now >= round_->until) decide(turn, cluster);
}

void Coordination::finished(Turn& turn, const Cluster& cluster, const HostId& from,
                            const MigrationFinished& report) {
  if (!cluster.acting) return;
  turn.send(from, FinishedAck{report.op});
  if (const auto it = promised_.find(report.to);
      it != promised_.end() && it->second.op == report.op) {
    promised_.erase(it);
  }
  const std::pair key{from, report.op};
  if (std::find(told_.begin(), told_.end(), key) != told_.end()) return;
  if (told_.size() >= kMostTold) told_.erase(told_.begin());
  told_.push_back(key);
  // The source has told its own history already.
  if (from != turn.self) turn.note(note::Finished{report, false});
}

/// Nobody who asks in this round will act on the answer, so a host that takes nothing either may be
/// named.
bool Coordination::only_advice(const Turn& turn, const Cluster& cluster) const {
  return turn.durable.pause.on ||
         std::all_of(round_->requests.begin(), round_->requests.end(), [&](const auto& r) {
           return mode_of(cluster, turn.self, r.first) == gossip::Mode::kAdvise;
         });
}

std::string Coordination::why_closed(const Turn& turn, const Cluster& cluster, const HostId& id,
                                     const HostFigures* figures) const {
  if (barred(turn, id)) return "its id is used twice";
  if (round_->requests.contains(id)) return policy::kOverloadedItself;
  if (id != turn.self) {
    const auto it = cluster.peers.find(id);
    if (it == cluster.peers.end() || !it->second.heard_of) return "never heard of";
    switch (it->second.standing) {
      case gossip::Standing::kAlive:
        break;
      case gossip::Standing::kSuspect:
        return "suspect";
      case gossip::Standing::kDead:
        return "dead";
      case gossip::Standing::kLeft:
        return "has left";
    }
  }
  if (figures == nullptr) {
    return "no answer in " + std::to_string(turn.parameters.relief.info_deadline.count() / 1000) +
           " ms";
  }
  if (!figures->healthy) {
    return "unhealthy: its hypervisor does not answer, or its figures can't be believed";
  }
  if (!figures->slot_free) return figures->slot.empty() ? "its slot is taken" : figures->slot;
  if (const auto it = promised_.find(id); it != promised_.end() && turn.now < it->second.until) {
    return "promised to " + it->second.name + " lately";
  }
  if (!figures->sending.empty()) return "sending " + figures->sending;
  if (!figures->accepts) return "accepts nothing: it leaves, is not admitted, or its store fails";
  if (mode_of(cluster, turn.self, id) == gossip::Mode::kAdvise && !only_advice(turn, cluster))
    return "in advise mode";
  return {};
}

policy::Host Coordination::seen(const Turn& turn, const Cluster& cluster, const Member& m) const {
  policy::Host host;
  host.id = m.id;
  const HostFigures* figures = nullptr;
  if (m.id == turn.self) figures = &cluster.own;
  if (const auto it = round_->answers.find(m.id); it != round_->answers.end())
    figures = &it->second;
  if (figures != nullptr) {
    host.capacity = figures->capacity;
    host.usage = figures->usage;
    host.available_memory_mib = figures->available_memory_mib;
    if (figures->samples.size() <= policy::kSamplesKept) host.samples = figures->samples;
    host.reserve = figures->reserve;
  } else if (const auto it = cluster.peers.find(m.id); it != cluster.peers.end()) {
    host.capacity = it->second.summary.capacity;
    host.usage = it->second.summary.usage;
  }
  host.closed = why_closed(turn, cluster, m.id, figures);
  if (const auto it = promised_.find(m.id); it != promised_.end() && turn.now < it->second.until) {
    for (const Resource r : kResources) host.usage[r] += it->second.usage[r];
  }
  return host;
}

policy::Snapshot Coordination::snapshot(const Turn& turn, const Cluster& cluster) const {
  policy::Snapshot all;
  for (const Member& m : cluster.members.list()) all.hosts.push_back(seen(turn, cluster, m));
  std::map<VmId, std::set<HostId>> known;
  const auto add_known = [&](const HostId& id, const HostFigures& figures) {
    for (const VmId& vm : figures.known) known[vm].insert(id);
  };
  for (const auto& [id, figures] : round_->answers) add_known(id, figures);
  add_known(turn.self, cluster.own);
  for (const auto& [id, asking] : round_->requests) {
    for (const VmFigures& f : asking.info.vms) {
      policy::Vm vm{f.id, f.name, id, f.usage, f.image_mib, f.memory_mib, f.pinned, {}, f.manner};
      for (const HostId& where : known[f.id]) {
        if (where != id) vm.barred.emplace(where, "known there");
      }
      for (const HostId& where : f.avoid)
        vm.barred.emplace(where, "avoided: it refused or failed lately");
      all.vms.push_back(std::move(vm));
    }
  }
  return all;
}

std::vector<HostId> Coordination::worst_first() const {
  std::vector<std::pair<Micro, HostId>> order;
  for (const auto& [id, asking] : round_->requests)
    order.emplace_back(worst_of(asking.info.host), id);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<HostId> hosts;
  for (auto& entry : order) hosts.push_back(std::move(entry.second));
  return hosts;
}

void Coordination::hold_back(const Turn& turn, const Cluster& cluster,
                             policy::Relief& relief) const {
  std::uint64_t running = 0;
  std::uint64_t lately = 0;
  std::set<VmId> seen;
  const auto count = [&](const HostFigures& figures) {
    if (!figures.sending.empty()) ++running;
    lately += figures.moved_lately;
    if (!figures.receiving.empty()) seen.insert(figures.receiving);
  };
  for (const auto& [id, figures] : round_->answers) count(figures);
  if (!round_->answers.contains(turn.self)) count(cluster.own);
  // What was ordered a moment ago and no host shows yet.
  for (const auto& [to, promise] : promised_) {
    if (seen.contains(promise.vm)) continue;
    ++running;
    ++lately;
  }
  std::string why = over_limit(turn.parameters.relief, running, lately, relief.moves.size());
  if (why.empty()) return;
  relief.moves.clear();
  relief.explanation.conclusion = why + "; without it: " + relief.explanation.conclusion;
  relief.infeasible = std::move(why);
}

void Coordination::decide(Turn& turn, const Cluster& cluster) {
  if (!cluster.acting || *cluster.acting != round_->id.epoch) {
    round_.reset();
    return;
  }
  policy::RoundInput input{this->snapshot(turn, cluster), turn.parameters.policy, {}};
  for (const HostId& host : worst_first()) {
    input.asking.push_back({host, turn.durable.pause.on ||
                                      mode_of(cluster, turn.self, host) == gossip::Mode::kAdvise});
  }
  const RoundId id = round_->id;
  std::uint32_t index = 0;
  std::vector<policy::Relief> reliefs = policy::decide(input);
  for (std::size_t i = 0; i < reliefs.size(); ++i) {
    policy::Relief& relief = reliefs[i];
    const auto& [host, advice] = input.asking[i];
    const Asking& asking = round_->requests.at(host);
    if (!advice && !relief.moves.empty()) hold_back(turn, cluster, relief);
    const Instant not_after =
        std::min(cluster.lease_until, asking.at + turn.parameters.relief.order_freshness);
    if (relief.moves.empty()) {
      turn.note(
          note::NoRelief{id, host, relief.infeasible, relief.explanation, Duration{0}, false});
      turn.send(host,
                NoRelief{id, asking.info.request, relief.infeasible, std::move(relief.explanation)},
                not_after);
      continue;
    }
    Migrate order{id, asking.info.request, {}, relief.explanation, advice};
    for (const policy::Move& move : relief.moves) {
      order.moves.push_back({index++, move.vm, move.name, move.to, move.cost, move.volume});
      if (advice) continue;
      const auto& vms = input.snapshot.vms;
      const auto vm = std::find_if(vms.begin(), vms.end(), [&](const policy::Vm& v) {
        return v.id == move.vm && v.host == relief.host;
      });
      promised_.insert_or_assign(move.to, Promise{{id.epoch, id.round, order.moves.back().index},
                                                  move.vm,
                                                  move.name,
                                                  vm == vms.end() ? Resources{} : vm->usage,
                                                  turn.now + turn.parameters.relief.promised});
    }
    turn.note(note::Decided{id, host, std::move(relief.moves), std::move(relief.explanation),
                            turn.now - round_->begun, advice, false});
    turn.send(host, std::move(order), not_after);
  }
  turn.note(note::Weighed{id, std::move(input)});
  last_ = id;
  round_.reset();
}

}  // namespace prumo
