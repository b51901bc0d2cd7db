// What goes wrong in a scenario: the weather that is there all the time, and how often what happens.

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/scenario_draws.h"

namespace prumo::simulation {

namespace {

void draw_network(Random random, NetworkWeather& network, double severity) {
  if (!random.chance(0.5)) return;
  network.loss = severity * draw(random, 0.0, 0.2);
  network.duplicate = severity * draw(random, 0.0, 0.1);
  network.late = severity * draw(random, 0.0, 0.1);
  network.delay_usual = draw(random, 1ms, 20ms);
  network.delay_most = draw_tailed(random, 50ms, 3s, 0.1, 10s);
}

void draw_disk(Random random, DiskWeather& disk, double severity) {
  if (!random.chance(0.5)) return;
  disk.slow = severity * draw(random, 0.0, 0.2);
  disk.write_most = draw(random, 20ms, 3s);
  disk.failure = severity * draw(random, 0.0, 0.05);
}

void draw_hypervisor(Random random, HypervisorWeather& hypervisor, double severity) {
  if (random.chance(0.6)) {
    hypervisor.slow_start = severity * 0.5;
    hypervisor.hanging_connect = severity * draw(random, 0.0, 0.6);
    hypervisor.failure = severity * draw(random, 0.0, 0.5);
  }
  Random finish = random.fork("finish");
  if (finish.chance(0.4)) {
    hypervisor.slow_finish = draw(finish, 0.0, 0.5);
    hypervisor.lost_finish = draw(finish, 0.0, 0.4);
  }
  Random endless = random.fork("endless");
  if (endless.chance(0.2)) hypervisor.endless = draw(endless, 0.0, 0.5);
}

}  // namespace

void draw_weather(const Random& root, Scenario& s) {
  const double severity = root.fork("severity").unit();
  draw_network(root.fork("network"), s.network, severity);
  draw_disk(root.fork("disk"), s.disk, severity);
  draw_hypervisor(root.fork("hypervisor"), s.hypervisor, severity);
}

void draw_faults(const Random& root, FaultGaps& gaps) {
  // Some runs are calm, so that the ordinary course is seen too.
  if (root.fork("calm").chance(0.1)) return;
  const auto maybe = [&root](const char* name, std::optional<Duration>& gap, double p,
                             Duration least, Duration most) {
    Random random = root.fork(name);
    if (random.chance(p)) gap = draw(random, least, most);
  };
  maybe("crash", gaps.crash, 0.4, 10s, 60s);
  maybe("kill", gaps.kill, 0.5, 5s, 60s);
  maybe("stop", gaps.stop, 0.5, 2s, 30s);
  maybe("between", gaps.between, 0.4, 5s, 40s);
  maybe("cut", gaps.cut, 0.6, 2s, 30s);
  maybe("clog", gaps.clog, 0.3, 2s, 20s);
  maybe("hang", gaps.hang, 0.4, 10s, 60s);
  maybe("libvirtd", gaps.libvirtd, 0.4, 5s, 60s);
  maybe("disk", gaps.disk, 0.3, 10s, 60s);
  maybe("stall", gaps.stall, 0.2, 10s, 60s);
  maybe("store", gaps.store, 0.2, 15s, 60s);
  maybe("operation", gaps.operation, 0.5, 5s, 60s);
  maybe("virsh", gaps.virsh, 0.4, 5s, 60s);
  maybe("by hand", gaps.by_hand, 0.15, 2s, 30s);
  maybe("members", gaps.members, 0.2, 5s, 60s);
}

}  // namespace prumo::simulation
