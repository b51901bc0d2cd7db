// What goes wrong on one host.

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/faults.h"

namespace prumo::simulation {

void Faults::crash(Random& random) { any(random).crash(draw(random, 500ms, 40s)); }
void Faults::kill(Random& random) {
  any(random).kill_daemon(draw_tailed(random, 1ms, 3s, 0.2, 30s));
}
void Faults::stop(Random& random) { any(random).stop(draw_tailed(random, 50ms, 1500ms, 0.2, 15s)); }

void Faults::kill_after_write(Random& random) {
  Machine& machine = any(random);
  const bool power = random.chance(0.3);
  machine.die_after_next_write(draw_tailed(random, 1ms, 3s, 0.2, 30s), power);
}

/// A host that does not know yet that it has forgotten something counts as one that has, however
/// often it has been started meanwhile.
bool Faults::all_remember() const {
  for (std::size_t i = 0; i < cluster_.size(); ++i) {
    const Machine& machine = cluster_.machine(i);
    const Peer* peer = machine.peer();
    if (peer == nullptr || !peer->durable().admitted) return false;
    const auto counted = machine.disk().counted_since_loss();
    if (counted && peer->durable().starts <= *counted) return false;
  }
  return true;
}

/// One at a time, neither of two that are parting, and none beside a clone: nobody could tell it
/// what it has forgotten.
void Faults::lose_store(Random& random) {
  Machine& machine = any(random);
  const std::uint64_t how = random.below(3);
  const Duration down = draw_tailed(random, 100ms, 3s, 0.3, 60s);
  if (cluster_.members() == 2 && cluster_.now() < members_settled_) return;
  if (cluster_.scenario().clone || !all_remember()) return;
  machine.kill_daemon(down);
  tell("store of " + cluster_.id(machine.index()).value +
       (how == 0   ? " is lost"
        : how == 1 ? " is damaged"
                   : " is rolled back"));
  if (how == 0) machine.disk().lose();
  if (how == 1) machine.disk().damage();
  if (how == 2) machine.disk().roll_back();
  cluster_.watcher().store_lost(machine.index());
}

void Faults::hang(Random& random) {
  const std::size_t host = any(random).index();
  const Duration length = draw(random, 1s, 40s);
  tell("hypervisor of " + cluster_.id(host).value + " hangs for " + text(length));
  cluster_.virtualisation().hang(host, length);
}

void Faults::restart_libvirtd(Random& random) {
  const Machine& machine = any(random);
  const Duration down = draw_tailed(random, 200ms, 3s, 0.2, 30s);
  if (!machine.up()) return;
  tell("libvirtd of " + cluster_.id(machine.index()).value + " dies for " + text(down));
  cluster_.virtualisation().restart_libvirtd(machine.index(), down);
}

void Faults::spoil_disk(Random& random) {
  Machine& machine = any(random);
  tell("disk of " + cluster_.id(machine.index()).value + " goes bad");
  DiskWeather bad = cluster_.scenario().disk;
  if (random.chance(0.5)) {
    bad.failure = 1;
  } else {
    bad.slow = 1;
    bad.write_most = 8s;
  }
  machine.disk().set_weather(bad);
  cluster_.heap().after(draw(random, 100ms, 20s), [this, index = machine.index()] {
    cluster_.machine(index).disk().set_weather(over() ? DiskWeather{} : cluster_.scenario().disk);
  });
}

void Faults::stall_disk(Random& random) {
  Machine& machine = any(random);
  const Duration length = draw_tailed(random, 1s, 15s, 0.2, 60s);
  tell("disk of " + cluster_.id(machine.index()).value + " does not answer for " + text(length));
  machine.disk().hang(length);
}

}  // namespace prumo::simulation
