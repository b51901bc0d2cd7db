#include "tests/simulation/run/provoker.h"

namespace prumo::simulation {

Provoker::Provoker(Cluster& cluster) : cluster_(cluster) {
  const Duration at = cluster_.scenario().provocation.forget_coordinator_at;
  if (at > Duration{0}) cluster_.heap().at(at, [this] { forget_coordinator(); });
}

void Provoker::forget_coordinator() {
  for (std::size_t i = 0; i < cluster_.size(); ++i) {
    Machine& machine = cluster_.machine(i);
    const bool leads = machine.peer() != nullptr && machine.peer()->acting(machine.now());
    if (!leads) machine.kill_daemon(1ms);
    for (std::size_t other = 0; leads && other < cluster_.size(); ++other) {
      cluster_.network().cut(i, other, 5s);
      cluster_.network().cut(other, i, 5s);
    }
  }
}

void Provoker::handed_over(const MigrationFacts& facts) {
  if (!facts.op || !cluster_.scenario().provocation.kill_at_handover) return;
  cluster_.heap().after(1ms,
                        [this, from = facts.from] { cluster_.machine(from).kill_daemon(1ms); });
}

void Provoker::sent(std::size_t, std::size_t to, const wire::Envelope& envelope) {
  const Duration stall = cluster_.scenario().provocation.stall_at_reserved;
  if (stall == Duration{0} || stalled_ || !std::holds_alternative<Reserved>(envelope.message))
    return;
  stalled_ = true;
  cluster_.watcher().fault("disk of " + cluster_.id(to).value + " stalls");
  DiskWeather stalling = cluster_.scenario().disk;
  stalling.write_least = stalling.write_usual = stall;
  stalling.slow = 0;
  cluster_.machine(to).disk().set_weather(stalling);
  // A write that has begun by then keeps its length.
  cluster_.heap().after(
      500ms, [this, to] { cluster_.machine(to).disk().set_weather(cluster_.scenario().disk); });
}

}  // namespace prumo::simulation
