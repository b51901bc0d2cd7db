// The course of a migration, from the order to its end.

#include <algorithm>
#include <string>

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/virtualisation.h"

namespace prumo::simulation {

namespace {
constexpr Duration kGiveUp = 30s;  ///< libvirt's keepalive: 5 s, 5 times, and the last one's wait
constexpr Duration kConnectMost = 60s;
constexpr Duration kShown = 1500ms;  ///< from the hook's yes until the VM shows
constexpr Duration kStalled = 40s;   ///< prumo gives up what has gained nothing for so long
}  // namespace

void Virtualisation::set_weather(const HypervisorWeather& weather) {
  weather_ = weather;
  if (weather_.endless > 0) return;
  for (auto& [serial, m] : migrations_) {
    if (m.endless) m.copied_at = heap_.now() + m.copying;
    m.endless = false;
  }
}

void Virtualisation::migrate(MigrationOrder order) {
  const std::uint64_t serial = next_serial_++;
  Migration& migration = migrations_[serial];
  migration.facts = {serial, order.op, order.vm, order.from, order.to};
  migration.order = std::move(order);
  migration.random = random_.fork("migration " + std::to_string(serial));
  migration.handed = heap_.now();
  if (!migration.order.op) touched_.insert(migration.order.vm);
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
  m->doomed = m->random.chance(weather_.failure);
  m->endless = m->random.chance(weather_.endless);
  m->connect_until =
      heap_.now() + draw_tailed(m->random, 5ms, 200ms, weather_.hanging_connect, kConnectMost);
  heap_.at(m->connect_until, [this, serial] { connect(serial); });
}

void Virtualisation::connect(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kConnecting);
  if (m == nullptr) return;
  if (m->aborted) return fail(serial, MigrationEnded::How::kAborted, "aborted");
  if (!reachable(*m) || hangs(m->facts.to)) {
    if (heap_.now() - m->handed > kConnectMost)
      return fail(serial, MigrationEnded::How::kFailed, "cannot connect");
    heap_.after(draw(m->random, 200ms, 2s), [this, serial] { connect(serial); });
    return;
  }
  if (!ask_) return come_in(serial);
  m->asked = true;
  ask_(m->facts.to, m->facts.vm, [this, serial](bool yes) {
    Migration* asking = find(serial, Phase::kConnecting);
    if (asking == nullptr || asking->cut_off) return;
    if (!yes) return fail(serial, MigrationEnded::How::kFailed, "the hook says no");
    heap_.after(draw(asking->random, 1ms, kShown), [this, serial] { come_in(serial); });
  });
}

/// The VM shows at the destination, and its memory begins to be copied.
void Virtualisation::come_in(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kConnecting);
  if (m == nullptr || m->cut_off) return;
  if (m->aborted) return fail(serial, MigrationEnded::How::kAborted, "aborted");
  Host& destination = hosts_[m->facts.to];
  const auto there = destination.copies.find(m->facts.vm);
  if (there != destination.copies.end()) {
    if (there->second.active())
      return fail(serial, MigrationEnded::How::kFailed, "domain is already active");
    m->definition = there->second;
    m->definition->state = DomainState::kShutOff;
  }
  destination.copies[m->facts.vm] = {DomainState::kPausedIncoming, Job::kIncoming,
                                     m->definition.has_value(),
                                     m->definition && m->definition->autostart, m->facts};
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
  heap_.after(std::min<Duration>(m->copying, 1s), [this, serial] { poll_copy(serial); });
}

void Virtualisation::poll_copy(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kCopying);
  if (m == nullptr || m->cut_off) return;
  if (m->aborted) return fail(serial, MigrationEnded::How::kAborted, "aborted");
  if (reachable(*m)) {
    m->unreachable_since = TrueTime::max();
  } else {
    m->unreachable_since = std::min(m->unreachable_since, heap_.now());
    if (heap_.now() - m->unreachable_since >= kGiveUp)
      return fail(serial, MigrationEnded::How::kFailed, "connection lost");
  }
  if (m->endless) {
    if (heap_.now() - m->handed > kStalled && m->order.watched && m->order.watched())
      return fail(serial, MigrationEnded::How::kGivenUp, "nothing gained for long");
    m->copied_at = heap_.now() + m->copying / 2;
  }
  const Duration left = m->copied_at - heap_.now();
  if (m->doomed && left < m->copying / 2)
    return fail(serial, MigrationEnded::How::kFailed, "internal error");
  if (left <= Duration{0} && m->unreachable_since == TrueTime::max() && !hangs(m->facts.from) &&
      !hangs(m->facts.to))
    return perform(serial);
  if (m->order.on_progress)
    m->order.on_progress({m->order.op.value_or(OpId{}), m->total_mib,
                          m->total_mib * std::clamp(seconds(left) / seconds(m->copying), 0.0, 1.0),
                          heap_.now() - m->handed});
  const Duration wait = left <= Duration{0} ? Duration{500ms} : std::min<Duration>(left, 1s);
  heap_.after(wait, [this, serial] { poll_copy(serial); });
}

Duration Virtualisation::tail_of_finish(Migration& m) const {
  return draw_tailed(m.random, 1ms, 30ms, weather_.slow_finish, 10s);
}

/// All is copied and the source is paused: Finish is on its way.
void Virtualisation::perform(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kCopying);
  hosts_[m->facts.from].copies[m->facts.vm].state = DomainState::kPausedMigrated;
  m->phase = Phase::kPerformed;
  heap_.after(tail_of_finish(*m), [this, serial] { finish_there(serial); });
}

/// The destination runs; its answer is on its way.
void Virtualisation::finish_there(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kPerformed);
  if (m == nullptr || m->cut_off) return;
  if (!reachable(*m)) return cut_off(*m, 100ms, kGiveUp);
  if (hangs(m->facts.to)) {
    heap_.after(500ms, [this, serial] { finish_there(serial); });
    return;
  }
  m->phase = Phase::kFinishing;
  m->incoming = false;
  Copy& arrived = hosts_[m->facts.to].copies[m->facts.vm];
  arrived = {DomainState::kPaused, Job::kNone, true, arrived.autostart};
  watcher_.disappeared(m->facts, true);
  set_running(m->facts.to, m->facts.vm, Begins::kArrives);
  heap_.after(tail_of_finish(*m), [this, serial] { hear_finished(serial); });
}

/// Only now the source forgets the VM.
void Virtualisation::hear_finished(std::uint64_t serial) {
  Migration* m = find(serial, Phase::kFinishing);
  if (m == nullptr || m->cut_off) return;
  if (!reachable(*m) || m->random.chance(weather_.lost_finish)) return cut_off(*m, 100ms, kGiveUp);
  auto& copies = hosts_[m->facts.from].copies;
  if (m->order.keep_source)
    copies[m->facts.vm] = {DomainState::kLeftDefined, Job::kNone, true,
                           copies[m->facts.vm].autostart};
  else
    copies.erase(m->facts.vm);
  end(*m, {.op = {}, .how = MigrationEnded::How::kDone, .error = "", .downtime = 20ms});
}

/// The connection between the two is gone. The source notices within that time, takes the
/// destination for dead and lets the VM run on where it is.
void Virtualisation::cut_off(Migration& m, Duration least, Duration most) {
  if (m.cut_off) return;
  m.cut_off = true;
  heap_.after(draw(m.random, least, most), [this, serial = m.facts.serial] {
    if (migrations_.contains(serial)) fail(serial, MigrationEnded::How::kFailed, "connection lost");
  });
}

void Virtualisation::fail(std::uint64_t serial, MigrationEnded::How how, const std::string& error) {
  Migration& m = migrations_.at(serial);
  Host& source = hosts_[m.facts.from];
  if (const auto copy = source.copies.find(m.facts.vm);
      m.phase != Phase::kWaiting && source.up && copy != source.copies.end()) {
    copy->second.job = Job::kNone;
    if (copy->second.state == DomainState::kPausedMigrated)
      set_running(m.facts.from, m.facts.vm, Begins::kResumes);
  }
  if (m.incoming) remove_incoming(m);
  end(m, {.op = {}, .how = how, .error = error});
}

/// The destination notices late when the connection died.
void Virtualisation::remove_incoming(Migration& m) {
  m.incoming = false;
  const Duration wait = reachable(m) ? draw(m.random, 1ms, 500ms) : draw(m.random, 1s, kGiveUp);
  heap_.after(wait,
              [this, facts = m.facts, before = m.definition] { drop_incoming(facts, before); });
}

void Virtualisation::drop_incoming(const MigrationFacts& facts,
                                   const std::optional<Copy>& definition) {
  auto& copies = hosts_[facts.to].copies;
  const auto copy = copies.find(facts.vm);
  if (copy == copies.end() || !copy->second.coming || copy->second.coming->serial != facts.serial)
    return;
  if (definition)
    copy->second = *definition;
  else
    copies.erase(copy);
  watcher_.disappeared(facts, false);
}

void Virtualisation::end(Migration& m, MigrationEnded end) {
  end.op = m.order.op.value_or(OpId{});
  end.total = heap_.now() - m.handed;
  watcher_.ended(m.facts);
  if (m.order.on_end)
    heap_.after(draw(m.random, 1ms, 30ms), [tell = m.order.on_end, end] { tell(end); });
  const std::uint64_t serial = m.facts.serial;
  migrations_.erase(serial);
}

void Virtualisation::abort(std::size_t host, const VmId& vm) {
  for (auto& [serial, m] : migrations_)
    if (m.facts.from == host && m.facts.vm == vm) m.aborted = true;
}

Virtualisation::Migration* Virtualisation::find(std::uint64_t serial, Phase phase) {
  const auto it = migrations_.find(serial);
  return it != migrations_.end() && it->second.phase == phase ? &it->second : nullptr;
}

bool Virtualisation::reachable(const Migration& m) const {
  return hosts_[m.facts.to].up && network_.open_both_ways(m.facts.from, m.facts.to);
}

}  // namespace prumo::simulation
