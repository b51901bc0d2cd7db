// What operators do: with prumo, past it, and when all is over.

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/faults.h"

namespace prumo::simulation {

void Faults::operate(Random& random) {
  Machine& machine = any(random);
  const std::uint64_t what = random.below(4);
  tell("operator does " + std::to_string(what) + " at " + cluster_.id(machine.index()).value);
  const auto later = [&](Duration least, Duration most, auto action) {
    cluster_.heap().after(draw(random, least, most), action);
  };
  switch (what) {
    case 0:
      machine.request(SetPause{true});
      later(1s, 20s, [this, other = any(random).index()] {
        cluster_.machine(other).request(SetPause{false});
      });
      break;
    case 1:
      machine.request(SetMode{gossip::Mode::kAdvise});
      later(1s, 20s, [this, index = machine.index()] {
        cluster_.machine(index).request(SetMode{gossip::Mode::kAuto});
      });
      break;
    case 2:
      machine.shut_daemon_down(draw(random, 100ms, 15s));
      break;
    default:
      if (const DurableState& stored = machine.disk().stored(); stored.operation)
        machine.request(AbortOperation{stored.operation->op});
  }
}

/// To anywhere, whether or not there is room; now and then they think better of it.
void Faults::move_by_hand(Random& random) {
  const Virtualisation& virtualisation = cluster_.virtualisation();
  const VmSpec& vm = virtualisation.vms()[random.below(virtualisation.vms().size())];
  const HostId to = cluster_.id(any(random).index());
  const bool regret = random.chance(0.2);
  const Duration wait = draw(random, 1ms, 10s);
  const std::vector<std::size_t> where = virtualisation.where_it_runs(vm.id);
  if (where.empty()) return;
  const std::size_t from = where.front();
  tell("operator moves " + vm.id.value + " from " + cluster_.id(from).value + " to " + to.value);
  cluster_.machine(from).request(MoveByHand{0, vm.id, to, {}, false});
  if (!regret) return;
  cluster_.heap().after(wait, [this, from] {
    Machine& machine = cluster_.machine(from);
    if (const DurableState& stored = machine.disk().stored(); stored.operation)
      machine.request(AbortOperation{stored.operation->op});
  });
}

void Faults::virsh(Random& random) {
  Virtualisation& virtualisation = cluster_.virtualisation();
  const VmSpec& vm = virtualisation.vms()[random.below(virtualisation.vms().size())];
  const std::size_t other = any(random).index();
  const std::uint64_t what = random.below(8);
  const bool leaves_definition = random.chance(0.3);
  const Duration wait = draw(random, 1s, 40s);
  const std::vector<std::size_t> where = virtualisation.where_it_runs(vm.id);
  const auto say = [&](const std::string& verb, std::size_t host) {
    tell("virsh " + verb + " " + vm.id.value + " at " + cluster_.id(host).value);
  };
  const auto again = [this, &vm, wait](std::size_t host) {
    cluster_.heap().after(wait,
                          [this, host, &vm] { cluster_.virtualisation().start_vm(host, vm.id); });
  };
  if (what == 0) {
    if (virtualisation.define_vm(other, vm.id)) say("define", other);
  } else if (what == 1) {
    if (virtualisation.copy(other, vm.id) && virtualisation.start_vm(other, vm.id))
      say("start", other);
  } else if (where.empty()) {
    return;
  } else if (what == 2) {
    if (virtualisation.stop_vm(where.front(), vm.id)) say("destroy", where.front());
    again(where.front());
  } else if (what == 3) {
    if (virtualisation.suspend_vm(where.front(), vm.id)) say("suspend", where.front());
    again(where.front());
  } else if (what == 4) {
    if (virtualisation.undefine_vm(where.front(), vm.id)) say("undefine", where.front());
  } else if (other != where.front() && cluster_.machine(other).up()) {
    say("migrate to " + cluster_.id(other).value, where.front());
    virtualisation.migrate({.op = std::nullopt,
                            .vm = vm.id,
                            .from = where.front(),
                            .to = other,
                            .clear_autostart = true,
                            .keep_source = leaves_definition});
  }
}

void Faults::settle() {
  tell("the operator comes back");
  for (const VmSpec& vm : cluster_.virtualisation().vms()) cluster_.virtualisation().tidy(vm.id);
  for (std::size_t i = 0; i < cluster_.size(); ++i)
    cluster_.machine(i).request(SetMode{gossip::Mode::kAuto});
  tell_settled();
}

/// What comes to light later is looked at later.
void Faults::tell_settled() {
  std::size_t admitted = 0;
  for (std::size_t i = 0; i < cluster_.members(); ++i)
    if (cluster_.machine(i).disk().stored().admitted) ++admitted;
  for (std::size_t i = 0; i < cluster_.members(); ++i) {
    Machine& machine = cluster_.machine(i);
    const auto needed = machine.disk().stored().operator_needed;
    for (const auto& [vm, why] : needed)
      if (cluster_.virtualisation().tidy(vm)) machine.request(Settled{vm});
    const DurableState& stored = machine.disk().stored();
    // A daemon that was down when all others were told may bring a pause back.
    if (stored.pause.on) machine.request(SetPause{false});
    // A majority that has lost its stores has nobody to admit it.
    if (!stored.barred.empty() || (!stored.admitted && 2 * admitted <= cluster_.members()))
      machine.request(Rejoin{});
  }
  cluster_.heap().after(20s, [this] { tell_settled(); });
}

}  // namespace prumo::simulation
