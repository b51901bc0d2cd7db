// A second machine with the id of a host, from when it appears until an operator has found it.

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/faults.h"

namespace prumo::simulation {

void Faults::begin_clone(Random random) {
  const Clone& clone = *cluster_.scenario().clone;
  cluster_.heap().at(clone.appears, [this, random]() mutable {
    if (!over()) appear(random);
  });
  cluster_.heap().at(clone.removed, [this, random]() mutable {
    if (over()) return;
    remove_clone();
    cluster_.heap().after(draw(random, 100ms, 20s), [this] { let_in_again(); });
  });
}

void Faults::appear(Random& random) {
  const Clone& clone = *cluster_.scenario().clone;
  const std::size_t index = cluster_.members();
  tell("a second host is " + cluster_.id(clone.of).value);
  const Disk& image = cluster_.machine(clone.of).disk();
  cluster_.machine(index).appear(clone.store == Clone::Store::kSame  ? image.stored()
                                 : clone.store == Clone::Store::kOld ? image.of_earlier_start()
                                                                     : DurableState{});
  for (std::size_t i = 0; i < index; ++i) {
    if (i == clone.of) continue;
    if (clone.reached == Clone::Reached::kClone) cluster_.network().lead(i, clone.of, index);
    if (clone.changes > Duration{0}) wander(i, random.fork(cluster_.id(i).value));
  }
}

/// Which of the two that host reaches may be the other from now on.
void Faults::wander(std::size_t host, Random random) {
  const Clone& clone = *cluster_.scenario().clone;
  const std::size_t index = cluster_.members();
  if (!cluster_.machine(index).present()) return;
  Network& network = cluster_.network();
  const bool second = random.chance(0.5);
  const Duration until = draw(random, 1ms, clone.changes * 2);
  network.lead(host, clone.of, second ? index : clone.of);
  if (clone.reached == Clone::Reached::kContested) {
    const std::size_t other = second ? clone.of : index;
    network.cut(host, other, until);
    network.cut(other, host, until);
  }
  cluster_.heap().after(until, [this, host, random] { wander(host, random); });
}

void Faults::remove_clone() {
  Machine& machine = cluster_.machine(cluster_.members());
  if (!machine.present()) return;
  tell("the operator removes the second " + cluster_.id(cluster_.scenario().clone->of).value);
  machine.remove();
  cluster_.network().lead_home();
}

void Faults::let_in_again() {
  for (std::size_t i = 0; i < cluster_.members(); ++i) {
    Machine& machine = cluster_.machine(i);
    if (machine.peer() == nullptr || machine.disk().stored().barred.empty()) continue;
    tell("operator says rejoin at " + cluster_.id(i).value);
    machine.request(Rejoin{});
  }
}

}  // namespace prumo::simulation
