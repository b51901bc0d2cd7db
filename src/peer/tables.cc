#include "src/peer/tables.h"

#include <algorithm>

namespace prumo {
namespace {

Instant forgotten_at(const Avoided& a) { return a.until.until + a.until.full; }

}  // namespace

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
    if (a.vm == vm && a.host == host) times = std::min<std::uint32_t>(a.times + 1, 32);
  }
  std::erase_if(table, [&](const Avoided& a) {
    return (a.vm == vm && a.host == host) || turn.now >= forgotten_at(a);
  });
  if (table.size() >= kMostAvoided) table.erase(table.begin());
  Duration length = turn.parameters.relief.avoid;
  for (std::uint32_t i = 1; i < times && length < turn.parameters.relief.avoid_most; ++i)
    length *= 2;
  length = std::min(length, turn.parameters.relief.avoid_most);
  table.push_back({vm, host, turn.deadline(length), times, reason.substr(0, 200)});
}

const Avoided* avoided(const DurableState& durable, const VmId& vm, const HostId& host,
                       Instant now) {
  for (const Avoided& a : durable.avoided) {
    if (a.vm == vm && a.host == host && !a.until.passed(now)) return &a;
  }
  return nullptr;
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
                [&](const Avoided& a) { return turn.now >= forgotten_at(a); });
}

Instant tables_deadline(const DurableState& durable) {
  Instant earliest = Instant::never();
  for (const Freed& f : durable.freed) earliest = std::min(earliest, f.until.until);
  for (const Cooldown& c : durable.cooldowns) earliest = std::min(earliest, c.until.until);
  for (const Avoided& a : durable.avoided) earliest = std::min(earliest, forgotten_at(a));
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
}

}  // namespace prumo
