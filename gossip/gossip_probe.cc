// Probes: direct, through helpers, for others, and the visits to those who are away.

#include <algorithm>

#include "gossip/gossip.h"

namespace prumo::gossip {
namespace {

/// Pings that an absent member gets in a gossip period, from all together, in the mean.
constexpr double kVisitsEach = 2;
/// Pings to absent members that one peer sends in a gossip period.
constexpr double kVisitsMost = 8;

}  // namespace

void Gossip::on_message(Turn& turn, const HostId& from, const Ping& ping) {
  turn.out.push_back(Send{from, Ack{ping.sequence, self_}});
}

void Gossip::on_message(Turn& turn, const HostId& from, const Ack& ack) {
  const auto probe = probes_.probes.find(ack.sequence);
  if (probe != probes_.probes.end() && probe->second.target == ack.target &&
      probe->second.unheard_helpers.contains(from)) {
    settle_probes_of(ack.target);
    return;
  }
  const auto errand = probes_.errands.find(ack.sequence);
  if (errand != probes_.errands.end() && errand->second.target == from) {
    turn.out.push_back(Send{errand->second.asker, Ack{errand->second.sequence, from}});
    probes_.errands.erase(errand);
  }
}

void Gossip::on_message(Turn& turn, const HostId& from, const PingRequest& request) {
  if (request.target == self_) {
    turn.out.push_back(Send{from, Ack{request.sequence, self_}});
    return;
  }
  if (!peers_.contains(request.target)) return;
  if (probes_.errands.size() >= kErrandsMost) {
    turn.out.push_back(Send{from, Nack{request.sequence, request.target}});
    return;
  }
  const std::uint64_t sequence = next_sequence_++;
  probes_.errands[sequence] = {from, request.sequence, request.target,
                               turn.now + errand_timeout(parameters_)};
  turn.out.push_back(Send{request.target, Ping{sequence}});
}

void Gossip::on_message(Turn&, const HostId& from, const Nack& nack) {
  const auto probe = probes_.probes.find(nack.sequence);
  if (probe != probes_.probes.end()) probe->second.unheard_helpers.erase(from);
}

void Gossip::probe_next(Turn& turn) {
  const auto factor = static_cast<int>(health_.multiplier());
  probe_at_ = turn.now + jittered(parameters_.probe_period) * factor;
  const HostId target = round_robin_.next(
      random_, [&](const HostId& id) { return live(peers_.at(id)) && !probes_.probing(id); });
  if (!target.empty()) start_probe(turn, target, true);
}

void Gossip::start_probe(Turn& turn, const HostId& target, bool of_round_robin) {
  const auto factor = static_cast<int>(health_.multiplier());
  Probe probe;
  probe.target = target;
  probe.of_round_robin = of_round_robin;
  probe.ask_helpers_at = turn.now + parameters_.probe_timeout * factor;
  probe.verdict_at = turn.now + parameters_.probe_period * factor;
  const std::uint64_t sequence = next_sequence_++;
  probes_.probes[sequence] = probe;
  // A suspect learns first of what it stands accused (Lifeguard's buddy system).
  if (peers_.at(target).standing == Standing::kSuspect) tell_accused(turn, target);
  turn.out.push_back(Send{target, Ping{sequence}});
}

void Gossip::settle_probes_of(const HostId& target) {
  std::erase_if(probes_.probes, [&](const auto& row) {
    if (row.second.target != target) return false;
    if (row.second.of_round_robin) health_.better();
    return true;
  });
}

void Gossip::run_probes(Turn& turn) {
  std::erase_if(probes_.errands, [&](const auto& row) {
    if (turn.now < row.second.nack_at) return false;
    turn.out.push_back(Send{row.second.asker, Nack{row.second.sequence, row.second.target}});
    return true;
  });

  std::vector<HostId> failed;
  for (auto it = probes_.probes.begin(); it != probes_.probes.end();) {
    Probe& probe = it->second;
    if (turn.now >= probe.ask_helpers_at) {
      probe.ask_helpers_at = Instant::never();
      // Once more straight: where the network loses some frames, that is what has most likely
      // become of one of the two, and a false suspicion costs every peer far more than a ping.
      turn.out.push_back(Send{probe.target, Ping{it->first}});
      for (const HostId& helper : pick(parameters_.indirect, [&](const HostId&id, const Known&k) {
             return id != probe.target && k.standing == Standing::kAlive;
           })) {
        probe.unheard_helpers.insert(helper);
        turn.out.push_back(Send{helper, PingRequest{it->first, probe.target}});
      }
    }
    if (turn.now < probe.verdict_at) {
      ++it;
      continue;
    }
    // Helpers that do not even say "no" speak against oneself.
    if (probe.of_round_robin)
      health_.worse(static_cast<std::uint32_t>(probe.unheard_helpers.size()));
    failed.push_back(probe.target);
    it = probes_.probes.erase(it);
  }

  for (const HostId& id : failed) accuse(turn, id);
}

void Gossip::visit_absent(Turn& turn) {
  visit_at_ = turn.now + jittered(parameters_.gossip_period);
  const auto absent = static_cast<double>(
      std::count_if(peers_.begin(), peers_.end(), [](const auto& p) { return !live(p.second); }));
  const double present = static_cast<double>(members()) - absent;
  const double visits = std::min(kVisitsMost, kVisitsEach * absent / present);
  const auto whole = static_cast<std::size_t>(visits);
  const bool one_more = random_.chance(visits - static_cast<double>(whole));
  for (const HostId& id : pick(whole + (one_more ? 1 : 0),
                               [](const HostId&, const Known& known) { return !live(known); })) {
    turn.out.push_back(Send{id, Ping{next_sequence_++}});
  }
}

}  // namespace prumo::gossip
