// What the peer asks for, carried out. Anything that may block goes to its worker.

#include <utility>

#include "src/daemon/clock.h"
#include "src/daemon/daemon.h"

namespace prumo::daemon {
namespace {

constexpr std::size_t kMostAborts = 64;
/// A start that libvirt has held up for so long is no longer wanted: the destination keeps its slot
/// for this host's word only so long.
constexpr Duration kSlowestCall = 20s;

MigrationEnded not_started(const OpId& op, const std::string& why) {
  return {op, MigrationEnded::How::kNotStarted, why, {}, {}};
}

}  // namespace

void Daemon::send(const HostId& to, const Message& message) {
  parts_.transport->send(
      to, wire::encode(parts_.cluster, {parts_.start.self, peer_.incarnation(), parts_.start.run,
                                        peer_.won(), message}));
}

void Daemon::carry_out(const Send& effect) { send(effect.to, effect.message); }

void Daemon::carry_out(const Note& note) {
  if (const auto* incredible = std::get_if<note::Incredible>(&note))
    return fault(incredible->from.value, incredible->what);
  journal_.add(note);
}

void Daemon::carry_out(const Verdict& verdict) { control_.on_verdict(verdict); }

void Daemon::carry_out(const Observe&) { looker_.observe(); }

void Daemon::carry_out(const Persist& effect) { storer_.write(effect, now_); }

void Daemon::stored(std::uint64_t sequence, const std::string& why) {
  std::vector<Event> reports;
  if (why.empty())
    queue_.stored(sequence, reports);
  else
    queue_.store_failed(sequence, why, reports);
  for (const Event& report : reports) feed(report);
  if (reports.empty()) feed(Tick{});  // what waited can go now
}

void Daemon::carry_out(const StartMigration& effect) {
  const auto report = [this](Event event) {
    inbox_.post([this, event = std::move(event)] { feed(event); });
  };
  if (flags_.under_way(effect.vm))
    return report(
        not_started(effect.op, "an earlier call for its autostart flag has not returned"));
  hypervisor::Migration migration;
  migration.op = effect.op;
  migration.vm = effect.vm;
  migration.name = effect.name;
  migration.to = effect.to;
  migration.connect_uri = effect.connect_uri;
  migration.migrate_uri = effect.migrate_uri;
  const Domain* vm = looker_.last_seen(effect.vm);
  migration.how =
      wishes_.settings(effect.name, (vm != nullptr ? vm->wishes : "") + " " + effect.words);
  if (vm != nullptr) migration.image_mib = vm->image_mib;
  migration.link_mib_s = looker_.link_mib_s();
  migration.dirty_mib_s = dirty_rates_.of(effect.vm, now_);
  unwanted_ = false;
  migration.unwanted = [this] { return unwanted_.load(); };
  migrate_worker_.run([this, report, effect, migration = std::move(migration)] {
    // The worker's own turn may come late; the order's freshness is judged where it is carried out.
    if (now() > effect.not_after) return report(Expired{effect.op, kExpiredStart});
    if (effect.clear_autostart) {
      if (const auto cleared = parts_.hypervisor->set_autostart(effect.vm, false); !cleared)
        return report(
            not_started(effect.op, "autostart can't be cleared: " + cleared.error().message));
      if (now() > effect.not_after + kSlowestCall)
        return report(
            not_started(effect.op, "the hypervisor was too slow to answer; nothing was started"));
    }
    report(parts_.hypervisor->migrate(migration, report));
  });
}

void Daemon::carry_out(const AbortMigration& effect) {
  // While the migration is being prepared there is no job to abort yet: its own thread sees to it.
  unwanted_ = true;
  if (abort_worker_.waiting() >= kMostAborts) return;  // the same was asked for often enough
  abort_worker_.run([this, effect] {
    if (const auto done = parts_.hypervisor->abort(effect.vm); !done)
      inbox_.post(
          [this, why = done.error().message] { journal_.say(Level::kWarning, "abort", why); });
  });
}

void Daemon::carry_out(const SetAutostart& effect) { flags_.set(effect); }

}  // namespace prumo::daemon
