#include "tests/simulation/engine/faults.h"

#include <string>

#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

namespace {
std::string text(Duration length) { return std::to_string(length.count() / 1000) + " ms"; }
}  // namespace

Faults::Faults(Cluster& cluster, Random random) : cluster_(cluster), random_(random) {}

void Faults::start() {
  const FaultGaps& gaps = cluster_.scenario().faults;
  repeat(gaps.crash, &Faults::crash);
  repeat(gaps.kill, &Faults::kill);
  repeat(gaps.stop, &Faults::stop);
  repeat(gaps.cut, &Faults::cut);
  repeat(gaps.hang, &Faults::hang);
  repeat(gaps.disk, &Faults::spoil_disk);
  repeat(gaps.operation, &Faults::operate);
}

void Faults::repeat(const std::optional<Duration>& gap, void (Faults::*happen)()) {
  if (!gap) return;
  const TrueTime next = cluster_.now() + draw(random_, 1ms, *gap * 2);
  if (next >= cluster_.scenario().faults_last) return;
  cluster_.heap().at(next, [this, gap, happen] {
    (this->*happen)();
    repeat(gap, happen);
  });
}

void Faults::tell(const std::string& what) { cluster_.watcher().fault(what); }

void Faults::crash() { any().crash(draw(random_, 500ms, 40s)); }
void Faults::kill() { any().kill_daemon(draw_tailed(random_, 1ms, 3s, 0.2, 30s)); }
void Faults::stop() { any().stop(draw_tailed(random_, 50ms, 1500ms, 0.2, 15s)); }

void Faults::hang() {
  const std::size_t host = any().index();
  const Duration length = draw(random_, 1s, 40s);
  tell("hypervisor of " + cluster_.id(host).value + " hangs for " + text(length));
  cluster_.virtualisation().hang(host, length);
}

void Faults::cut() {
  const std::size_t n = cluster_.size();
  const Duration length = draw_tailed(random_, 100ms, 5s, 0.3, 40s);
  Network& network = cluster_.network();
  const std::size_t a = random_.below(n);
  const std::size_t b = random_.below(n);
  const std::uint64_t shape = random_.below(5);
  const std::string ab = cluster_.id(a).value + ", " + cluster_.id(b).value;
  tell("cut of shape " + std::to_string(shape) + " at " + ab + " for " + text(length));
  switch (shape) {
    case 0:  // one direction of one link
      network.cut(a, b, length);
      break;
    case 1:  // one link: both still hear the others
      network.cut(a, b, length);
      network.cut(b, a, length);
      break;
    case 2:  // one host hears nobody
      for (std::size_t i = 0; i < n; ++i) network.cut(i, a, length);
      break;
    case 3:  // nobody hears one host
      for (std::size_t i = 0; i < n; ++i) network.cut(a, i, length);
      break;
    default: {  // two sides
      const std::uint64_t side = random_.next();
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          if (((side >> i) & 1U) != ((side >> j) & 1U)) network.cut(i, j, length);
    }
  }
}

void Faults::spoil_disk() {
  Machine& machine = any();
  tell("disk of " + cluster_.id(machine.index()).value + " goes bad");
  DiskWeather bad = cluster_.scenario().disk;
  if (random_.chance(0.5)) {
    bad.failure = 1;
  } else {
    bad.slow = 1;
    bad.write_most = 8s;
  }
  machine.disk().set_weather(bad);
  cluster_.heap().after(draw(random_, 100ms, 20s), [this, index = machine.index()] {
    const bool over = cluster_.now() >= cluster_.scenario().faults_last;
    cluster_.machine(index).disk().set_weather(over ? DiskWeather{} : cluster_.scenario().disk);
  });
}

void Faults::operate() {
  Machine& machine = any();
  const std::uint64_t what = random_.below(5);
  tell("operator does " + std::to_string(what) + " at " + cluster_.id(machine.index()).value);
  switch (what) {
    case 0:
      machine.request(SetPause{true});
      cluster_.heap().after(draw(random_, 1s, 20s), [this] { any().request(SetPause{false}); });
      break;
    case 1:
      machine.request(SetMode{gossip::Mode::kAdvise});
      cluster_.heap().after(draw(random_, 1s, 20s), [this, index = machine.index()] {
        cluster_.machine(index).request(SetMode{gossip::Mode::kAuto});
      });
      break;
    case 2:
      machine.shut_daemon_down(draw(random_, 100ms, 15s));
      break;
    case 3:
      if (const DurableState& stored = machine.disk().stored(); stored.operation)
        machine.request(AbortOperation{stored.operation->op});
      break;
    default: {  // virsh migrate, past prumo
      const std::vector<VmSpec>& vms = cluster_.virtualisation().vms();
      const VmSpec& vm = vms[random_.below(vms.size())];
      for (std::size_t from = 0; from < cluster_.size(); ++from)
        if (cluster_.virtualisation().runs(from, vm.id) && from != machine.index() && machine.up())
          return cluster_.virtualisation().migrate({.op = std::nullopt,
                                                    .vm = vm.id,
                                                    .from = from,
                                                    .to = machine.index(),
                                                    .clear_autostart = true,
                                                    .on_end = nullptr,
                                                    .on_progress = nullptr});
    }
  }
}

void Faults::end() {
  tell("all faults end");
  cluster_.network().heal_all();
  cluster_.set_weather(true);
  cluster_.virtualisation().stop_hangs();
  for (std::size_t i = 0; i < cluster_.size(); ++i) cluster_.machine(i).mend();
  // The operator comes back when all daemons run, releases the brake and settles what was left to
  // them.
  cluster_.heap().after(10s, [this] {
    for (std::size_t i = 0; i < cluster_.size(); ++i) {
      Machine& machine = cluster_.machine(i);
      machine.request(SetMode{gossip::Mode::kAuto});
      const auto needed = machine.disk().stored().operator_needed;
      for (const auto& [vm, why] : needed) machine.request(Settled{vm});
    }
    cluster_.machine(0).request(SetPause{false});
  });
}

}  // namespace prumo::simulation
