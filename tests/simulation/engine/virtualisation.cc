#include "tests/simulation/engine/virtualisation.h"

#include <algorithm>

#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

namespace {
constexpr double kHostOverheadCores = 0.2;
constexpr double kHostOverheadMib = 1024;
constexpr Duration kGiveUp = 30s;  ///< libvirt's keepalive: 5 s, 5 times, and the last one's wait
constexpr Duration kConnectMost = 60s;
}  // namespace

Virtualisation::Virtualisation(EventHeap& heap, Random random, const Network& network,
                               std::vector<Resources> capacities, const std::vector<VmSpec>& vms,
                               double bandwidth_mib_s, Watcher& watcher, Announce announce)
    : heap_(heap),
      random_(random),
      network_(network),
      vms_(vms),
      bandwidth_mib_s_(bandwidth_mib_s),
      watcher_(watcher),
      announce_(std::move(announce)) {
  for (const Resources& capacity : capacities)
    hosts_.push_back({.capacity = capacity, .copies = {}});
  for (std::size_t i = 0; i < vms_.size(); ++i) {
    index_[vms_[i].id] = i;
    hosts_[vms_[i].home].copies[vms_[i].id] = {DomainState::kRunning, Job::kNone, true,
                                               vms_[i].autostart};
  }
}

/// Commands to one hypervisor are carried out in the order in which they were given.
void Virtualisation::command(std::size_t host, std::function<void()> action) {
  Host& there = hosts_[host];
  Duration wait = draw_tailed(random_, 1ms, 50ms, weather_.slow_start, 2s);
  if (hangs(host)) wait += there.hung_until - heap_.now();
  there.last_command = std::max(there.last_command, heap_.now() + wait);
  heap_.at(there.last_command, std::move(action));
}

void Virtualisation::migrate(MigrationOrder order) {
  const std::uint64_t serial = next_serial_++;
  Migration& migration = migrations_[serial];
  migration.facts = {serial, order.op, order.vm, order.from, order.to};
  migration.order = std::move(order);
  migration.handed = heap_.now();
  watcher_.handed_over(migration.facts);
  command(migration.facts.from, [this, serial] { begin(serial); });
}

void Virtualisation::begin(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kWaiting);
  if (m == nullptr) return;
  Host& source = hosts_[m->facts.from];
  const auto copy = source.copies.find(m->facts.vm);
  if (copy == source.copies.end() || !copy->second.runs() || copy->second.job != Job::kNone)
    return fail(serial, MigrationEnded::How::kFailed, "domain is not running or has a job");
  if (m->order.clear_autostart) copy->second.autostart = false;
  copy->second.job = Job::kOutgoing;
  m->phase = Phase::kConnecting;
  m->doomed = random_.chance(weather_.failure);
  m->connect_until =
      heap_.now() + draw_tailed(random_, 5ms, 200ms, weather_.hanging_connect, kConnectMost);
  heap_.at(m->connect_until, [this, serial] { connect(serial); });
}

void Virtualisation::connect(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kConnecting);
  if (m == nullptr) return;
  if (m->aborted) return fail(serial, MigrationEnded::How::kAborted, "aborted");
  Host& destination = hosts_[m->facts.to];
  if (!reachable(*m) || hangs(m->facts.to)) {
    if (heap_.now() - m->handed > kConnectMost)
      return fail(serial, MigrationEnded::How::kFailed, "cannot connect");
    heap_.after(draw(random_, 200ms, 2s), [this, serial] { connect(serial); });
    return;
  }
  const auto there = destination.copies.find(m->facts.vm);
  if (there != destination.copies.end()) {
    if (there->second.state != DomainState::kShutOff)
      return fail(serial, MigrationEnded::How::kFailed, "domain is already active");
    m->definition = there->second;
  }
  destination.copies[m->facts.vm] = {DomainState::kPausedIncoming, Job::kIncoming,
                                     m->definition.has_value(), false, m->facts};
  m->incoming = true;
  m->phase = Phase::kCopying;
  const VmSpec& vm = spec(m->facts.vm);
  m->total_mib = vm.load.at(heap_.now()).memory;
  // Each pass copies what was dirtied during the last one: a geometric series.
  const double dirty = std::min(0.5, vm.dirty_mib_s / bandwidth_mib_s_);
  m->copying =
      Duration{static_cast<std::int64_t>(m->total_mib / bandwidth_mib_s_ / (1 - dirty) * 1e6)};
  m->copied_at = heap_.now() + m->copying;
  watcher_.appeared(m->facts);
  if (!random_.chance(weather_.silent_arrival)) announce_(m->facts.to, m->facts.vm);
  heap_.after(std::min<Duration>(m->copying, 1s), [this, serial] { poll_copy(serial); });
}

void Virtualisation::poll_copy(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kCopying);
  if (m == nullptr) return;
  if (m->aborted) return fail(serial, MigrationEnded::How::kAborted, "aborted");
  if (reachable(*m)) {
    m->unreachable_since = TrueTime::max();
  } else {
    m->unreachable_since = std::min(m->unreachable_since, heap_.now());
    if (heap_.now() - m->unreachable_since >= kGiveUp)
      return fail(serial, MigrationEnded::How::kFailed, "connection lost");
  }
  const Duration left = m->copied_at - heap_.now();
  if (m->doomed && left < m->copying / 2)
    return fail(serial, MigrationEnded::How::kFailed, "internal error");
  if (left <= Duration{0} && m->unreachable_since == TrueTime::max() && !hangs(m->facts.from) &&
      !hangs(m->facts.to))
    return switch_over(serial);
  if (m->order.on_progress)
    m->order.on_progress({m->order.op.value_or(OpId{}), m->total_mib,
                          m->total_mib * std::clamp(seconds(left) / seconds(m->copying), 0.0, 1.0),
                          heap_.now() - m->handed});
  const Duration wait = left <= Duration{0} ? Duration{500ms} : std::min<Duration>(left, 1s);
  heap_.after(wait, [this, serial] { poll_copy(serial); });
}

/// The source is paused, the destination runs, and only then the source forgets.
void Virtualisation::switch_over(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kCopying);
  hosts_[m->facts.from].copies[m->facts.vm].state = DomainState::kPausedMigrated;
  m->phase = Phase::kSwitched;
  m->incoming = false;
  hosts_[m->facts.to].copies[m->facts.vm] = {DomainState::kPaused, Job::kNone, true, false};
  watcher_.disappeared(m->facts, true);
  set_running(m->facts.to, m->facts.vm);
  heap_.after(draw(random_, 1ms, 50ms), [this, serial] { confirm(serial); });
}

void Virtualisation::confirm(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kSwitched);
  if (m == nullptr) return;
  hosts_[m->facts.from].copies.erase(m->facts.vm);
  finish(*m, {.op = {}, .how = MigrationEnded::How::kDone, .error = "", .downtime = 20ms});
}

void Virtualisation::fail(std::uint64_t serial, MigrationEnded::How how, const std::string& error) {
  Migration& m = migrations_.at(serial);
  Host& source = hosts_[m.facts.from];
  if (const auto copy = source.copies.find(m.facts.vm);
      m.phase != Phase::kWaiting && source.up && copy != source.copies.end())
    copy->second.job = Job::kNone;
  if (m.incoming) remove_incoming(m);
  finish(m, {.op = {}, .how = how, .error = error});
}

/// The destination notices late when the connection died.
void Virtualisation::remove_incoming(const Migration& m) {
  const Duration wait = reachable(m) ? draw(random_, 1ms, 500ms) : draw(random_, 1s, kGiveUp);
  heap_.after(wait, [this, facts = m.facts, definition = m.definition] {
    auto& copies = hosts_[facts.to].copies;
    const auto copy = copies.find(facts.vm);
    if (copy == copies.end() || !copy->second.coming || copy->second.coming->serial != facts.serial)
      return;
    if (definition)
      copy->second = *definition;
    else
      copies.erase(copy);
    watcher_.disappeared(facts, false);
  });
}

void Virtualisation::finish(Migration& m, MigrationEnded end) {
  m.phase = Phase::kEnded;
  end.op = m.order.op.value_or(OpId{});
  end.total = heap_.now() - m.handed;
  watcher_.ended(m.facts);
  if (m.order.on_end)
    heap_.after(draw(random_, 1ms, 30ms), [tell = m.order.on_end, end] { tell(end); });
  const std::uint64_t serial = m.facts.serial;
  migrations_.erase(serial);
}

void Virtualisation::abort(std::size_t host, const VmId& vm) {
  for (auto& [serial, m] : migrations_)
    if (m.facts.from == host && m.facts.vm == vm) m.aborted = true;
}

void Virtualisation::set_autostart(std::size_t host, const VmId& vm, bool on) {
  command(host, [this, host, vm, on] {
    const auto copy = hosts_[host].copies.find(vm);
    if (hosts_[host].up && copy != hosts_[host].copies.end() && copy->second.persistent)
      copy->second.autostart = on;
  });
}

void Virtualisation::hang(std::size_t host, Duration length) {
  hosts_[host].hung_until = std::max(hosts_[host].hung_until, heap_.now() + length);
}
void Virtualisation::stop_hangs() {
  for (Host& host : hosts_) host.hung_until = std::min(host.hung_until, heap_.now());
}
bool Virtualisation::hangs(std::size_t host) const { return heap_.now() < hosts_[host].hung_until; }

void Virtualisation::crash(std::size_t host) {
  hosts_[host].up = false;
  std::vector<std::uint64_t> lost;
  for (auto& [serial, m] : migrations_) {
    if (m.facts.from == host) {
      lost.push_back(serial);
    } else if (m.facts.to == host && m.phase == Phase::kCopying) {
      m.incoming = false;
      heap_.after(draw(random_, 100ms, kGiveUp), [this, id = serial] {
        if (find(id, Phase::kCopying) != nullptr)
          fail(id, MigrationEnded::How::kFailed, "connection lost");
      });
      m.copied_at = TrueTime::max() / 2;
    }
  }
  for (const std::uint64_t serial : lost) {
    Migration& m = migrations_.at(serial);
    m.order.on_end = nullptr;
    if (m.incoming) remove_incoming(m);
    finish(m, {});
  }
  for (auto& [vm, copy] : hosts_[host].copies) {
    if (copy.coming) watcher_.disappeared(*copy.coming, false);
    copy.coming.reset();
  }
  std::erase_if(hosts_[host].copies, [](const auto& item) { return !item.second.persistent; });
  for (auto& [vm, copy] : hosts_[host].copies) {
    copy.state = DomainState::kShutOff;
    copy.job = Job::kNone;
  }
}

void Virtualisation::boot(std::size_t host) {
  hosts_[host].up = true;
  hosts_[host].hung_until = TrueTime{0};
  for (auto& [vm, copy] : hosts_[host].copies)
    if (copy.autostart) set_running(host, vm);
}

void Virtualisation::set_running(std::size_t host, const VmId& vm) {
  hosts_[host].copies[vm].state = DomainState::kRunning;
  std::size_t copies = 0;
  for (std::size_t i = 0; i < hosts_.size(); ++i) copies += runs(i, vm) ? 1U : 0U;
  watcher_.running(vm, copies);
}

bool Virtualisation::runs(std::size_t host, const VmId& vm) const {
  const auto copy = hosts_[host].copies.find(vm);
  return hosts_[host].up && copy != hosts_[host].copies.end() && copy->second.runs();
}

std::size_t Virtualisation::migrating() const {
  return static_cast<std::size_t>(
      std::count_if(migrations_.begin(), migrations_.end(),
                    [](const auto& m) { return m.second.order.op.has_value(); }));
}

Virtualisation::Migration* Virtualisation::find(std::uint64_t serial, Phase phase) {
  const auto it = migrations_.find(serial);
  return it != migrations_.end() && it->second.phase == phase ? &it->second : nullptr;
}

bool Virtualisation::reachable(const Migration& m) const {
  return hosts_[m.facts.to].up && network_.open_both_ways(m.facts.from, m.facts.to);
}

const VmSpec& Virtualisation::spec(const VmId& vm) const { return vms_[index_.at(vm)]; }

Resources Virtualisation::usage(std::size_t host) const {
  Resources sum{kHostOverheadCores, kHostOverheadMib, 0};
  for (const auto& [vm, copy] : hosts_[host].copies) {
    if (copy.state == DomainState::kShutOff) continue;
    const Resources load = spec(vm).load.at(heap_.now());
    sum.memory += load.memory;
    if (!copy.runs()) continue;
    sum.cpu += load.cpu;
    sum.network += load.network;
  }
  sum.cpu = std::min(sum.cpu, hosts_[host].capacity.cpu);
  sum.network = std::min(sum.network, hosts_[host].capacity.network);
  return sum;
}

Reading Virtualisation::look(std::size_t host, bool with_usage) const {
  const Host& there = hosts_[host];
  Reading reading;
  reading.hypervisor_ok = !hangs(host);
  reading.capacity = there.capacity;
  const Resources all = usage(host);
  if (with_usage) reading.usage = all;
  reading.available_memory_mib = std::max(0.0, there.capacity.memory - all.memory);
  if (!reading.hypervisor_ok) {
    reading.trouble = "hypervisor does not answer";
    return reading;
  }
  for (const auto& [id, copy] : there.copies) {
    const VmSpec& vm = spec(id);
    Domain domain{.id = id,
                  .name = vm.name,
                  .state = copy.state,
                  .job = copy.job,
                  .persistent = copy.persistent,
                  .autostart = copy.autostart,
                  .usage = {},
                  .memory_mib = vm.memory_mib,
                  .image_mib = 0,
                  .pinned = vm.pinned};
    const Resources load = vm.load.at(heap_.now());
    if (domain.active()) domain.image_mib = load.memory;
    if (with_usage && copy.runs()) domain.usage = load;
    reading.domains.push_back(std::move(domain));
  }
  return reading;
}

}  // namespace prumo::simulation
