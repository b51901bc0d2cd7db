#include "src/peer/tables.h"

#include <algorithm>

namespace prumo {
namespace {

constexpr std::size_t kMostReason = 200;  // bytes

Instant forgotten_at(const DurableDeadline& until) { return until.until + until.full; }

/// `avoid`, doubled each time, up to `avoid_most`.
Duration grown(const ReliefParameters& p, std::uint32_t times) {
  Duration length = p.avoid;
  for (std::uint32_t i = 1; i < times && length < p.avoid_most; ++i) length *= 2;
  return std::min(length, p.avoid_most);
}

std::uint32_t once_more(std::uint32_t times) { return std::min<std::uint32_t>(times + 1, 32); }

}  // namespace

void set_autostart(Turn& turn, const VmId& vm) {
  turn.durable.autostart_due[vm] = true;
  turn.observe();
}

const Owed* owed(const DurableState& durable, const OpId& op, const HostId& to) {
  for (const Owed& o : durable.releases)
    if (o.op == op && o.to == to) return &o;
  return nullptr;
}

void start_cooldown(Turn& turn, const VmId& vm) {
  start_cooldown(turn, vm, turn.parameters.relief.cooldown);
}

void start_cooldown(Turn& turn, const VmId& vm, Duration length) {
  auto& table = turn.durable.cooldowns;
  std::erase_if(table, [&](const Cooldown& c) { return c.vm == vm || c.until.passed(turn.now); });
  if (table.size() >= kMostCooldowns) table.erase(table.begin());
  table.push_back({vm, turn.deadline(length)});
}

Duration cooldown_left(const DurableState& durable, const VmId& vm, Instant now) {
  for (const Cooldown& c : durable.cooldowns) {
    if (c.vm == vm && !c.until.passed(now)) return c.until.until - now;
  }
  return Duration{0};
}

void start_avoiding(Turn& turn, const VmId& vm, const HostId& host, const std::string& reason) {
  auto& table = turn.durable.avoided;
  std::uint32_t times = 1;
  for (const Avoided& a : table) {
    if (a.vm == vm && a.host == host) times = once_more(a.times);
  }
  std::erase_if(table, [&](const Avoided& a) {
    return (a.vm == vm && a.host == host) || turn.now >= forgotten_at(a.until);
  });
  if (table.size() >= kMostAvoided) table.erase(table.begin());
  const Duration length = grown(turn.parameters.relief, times);
  table.push_back({vm, host, turn.deadline(length), times, reason.substr(0, kMostReason)});
}

const Avoided* avoided(const DurableState& durable, const VmId& vm, const HostId& host,
                       Instant now) {
  for (const Avoided& a : durable.avoided) {
    if (a.vm == vm && a.host == host && !a.until.passed(now)) return &a;
  }
  return nullptr;
}

void leave_alone(Turn& turn, const VmId& vm, const std::string& reason) {
  auto& table = turn.durable.left_alone;
  std::uint32_t times = 1;
  for (const LeftAlone& l : table) {
    if (l.vm == vm && turn.now < forgotten_at(l.until)) times = once_more(l.times);
  }
  forget_left_alone(turn, vm);
  if (table.size() >= kMostLeftAlone) table.erase(table.begin());
  table.push_back({vm, turn.deadline(grown(turn.parameters.relief, times)), times,
                   reason.substr(0, kMostReason)});
}

const LeftAlone* left_alone(const DurableState& durable, const VmId& vm, Instant now) {
  for (const LeftAlone& l : durable.left_alone) {
    if (l.vm == vm && !l.until.passed(now)) return &l;
  }
  return nullptr;
}

void forget_left_alone(Turn& turn, const VmId& vm) {
  std::erase_if(turn.durable.left_alone, [&](const LeftAlone& l) { return l.vm == vm; });
}

void remember_freed(Turn& turn, const VmId& vm, const OpId& op) {
  auto& table = turn.durable.freed;
  std::erase_if(table, [&](const Freed& f) { return f.vm == vm || f.until.passed(turn.now); });
  if (table.size() >= kMostFreed) table.erase(table.begin());
  table.push_back({vm, op, turn.deadline(turn.parameters.relief.freed_memory)});
}

const Freed* freed(const DurableState& durable, const VmId& vm, Instant now) {
  for (const Freed& f : durable.freed) {
    if (f.vm == vm && !f.until.passed(now)) return &f;
  }
  return nullptr;
}

void prune_tables(Turn& turn) {
  std::erase_if(turn.durable.freed, [&](const Freed& f) { return f.until.passed(turn.now); });
  std::erase_if(turn.durable.cooldowns,
                [&](const Cooldown& c) { return c.until.passed(turn.now); });
  std::erase_if(turn.durable.avoided,
                [&](const Avoided& a) { return turn.now >= forgotten_at(a.until); });
  std::erase_if(turn.durable.left_alone,
                [&](const LeftAlone& l) { return turn.now >= forgotten_at(l.until); });
}

Instant tables_deadline(const DurableState& durable) {
  Instant earliest = Instant::never();
  for (const Freed& f : durable.freed) earliest = std::min(earliest, f.until.until);
  for (const Cooldown& c : durable.cooldowns) earliest = std::min(earliest, c.until.until);
  for (const Avoided& a : durable.avoided) earliest = std::min(earliest, forgotten_at(a.until));
  for (const LeftAlone& l : durable.left_alone)
    earliest = std::min(earliest, forgotten_at(l.until));
  return earliest;
}

void need_operator(Turn& turn, const VmId& vm, const std::string& name, const std::string& why) {
  auto& table = turn.durable.operator_needed;
  if (table.contains(vm) || table.size() >= kMostOperatorNeeded) return;
  const std::string words = why.substr(0, kMostWords);
  table.emplace(vm, words);
  turn.note(note::NeedsOperator{vm, name, words});
}

bool needs_operator(const DurableState& durable, const VmId& vm) {
  return durable.operator_needed.contains(vm);
}

void adopt_deadlines(DurableState& durable, const std::string& boot_id, Instant now) {
  durable.slot.settled.adopt(boot_id, now);
  for (Freed& f : durable.freed) f.until.adopt(boot_id, now);
  for (Cooldown& c : durable.cooldowns) c.until.adopt(boot_id, now);
  for (Avoided& a : durable.avoided) a.until.adopt(boot_id, now);
  for (LeftAlone& l : durable.left_alone) l.until.adopt(boot_id, now);
}

}  // namespace prumo
