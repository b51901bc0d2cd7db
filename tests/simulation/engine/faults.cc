#include "tests/simulation/engine/faults.h"

#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

Faults::Faults(Cluster& cluster, Random random) : cluster_(cluster), random_(random) {}

const std::vector<Faults::Kind>& Faults::kinds() {
  static const std::vector<Kind> kAll{
      {"crash", &FaultGaps::crash, &Faults::crash},
      {"kill", &FaultGaps::kill, &Faults::kill},
      {"stop", &FaultGaps::stop, &Faults::stop},
      {"between", &FaultGaps::between, &Faults::kill_after_write},
      {"cut", &FaultGaps::cut, &Faults::cut},
      {"clog", &FaultGaps::clog, &Faults::clog},
      {"hang", &FaultGaps::hang, &Faults::hang},
      {"libvirtd", &FaultGaps::libvirtd, &Faults::restart_libvirtd},
      {"disk", &FaultGaps::disk, &Faults::spoil_disk},
      {"stall", &FaultGaps::stall, &Faults::stall_disk},
      {"store", &FaultGaps::store, &Faults::lose_store},
      {"operation", &FaultGaps::operation, &Faults::operate},
      {"virsh", &FaultGaps::virsh, &Faults::virsh},
      {"by hand", &FaultGaps::by_hand, &Faults::move_by_hand},
      {"members", &FaultGaps::members, &Faults::change_members},
  };
  return kAll;
}

void Faults::start() {
  for (const Kind& kind : kinds())
    if (const auto gap = cluster_.scenario().faults.*kind.gap)
      repeat(kind, random_.fork(kind.name), *gap);
  if (cluster_.scenario().clone) begin_clone(random_.fork("clone"));
}

void Faults::repeat(const Kind& kind, Random random, Duration gap) {
  const TrueTime next = cluster_.now() + draw(random, 1ms, gap * 2);
  if (next >= cluster_.scenario().faults_last) return;
  cluster_.heap().at(next, [this, &kind, random, gap]() mutable {
    (this->*kind.happen)(random);
    repeat(kind, random, gap);
  });
}

void Faults::tell(const std::string& what) { cluster_.watcher().fault(what); }

void Faults::end() {
  tell("all faults end");
  if (cluster_.scenario().clone) remove_clone();
  cluster_.network().heal_all();
  cluster_.set_weather(true);
  cluster_.virtualisation().stop_hangs();
  for (std::size_t i = 0; i < cluster_.size(); ++i) {
    cluster_.machine(i).mend();
    cluster_.machine(i).set_members(cluster_.scenario().members);
  }
}

}  // namespace prumo::simulation
