#include "tests/simulation/run/weakenings.h"

#include <algorithm>

namespace prumo::simulation {

namespace {

/// Daemons and hosts go down all the time.
void restless(Scenario& s) {
  s.faults.kill = 4s;
  s.faults.crash = 20s;
}
/// Elections all the time.
void quarrelsome(Scenario& s) {
  s.faults.stop = 1500ms;
  s.faults.cut = 2s;
  s.faults.kill = 4s;
}
/// Migrations take long to begin.
void sluggish(Scenario& s) {
  s.hypervisor.hanging_connect = 0.5;
  s.hypervisor.slow_start = 0.5;
}

}  // namespace

const std::vector<Weakening>& weakenings() {
  static const std::vector<Weakening> kAll{
      {"slot", "the destination's slot is durable", 1,
       [](Scenario& s) {
         s.breakage.forget_slot = true;
         restless(s);
         sluggish(s);
       }},
      {"cooldown", "the table of cooldowns is durable", 2,
       [](Scenario& s) {
         s.breakage.forget_cooldowns = true;
         restless(s);
       }},
      {"operation", "the source's record of its operation is durable", 0,
       [](Scenario& s) {
         s.breakage.forget_operation = true;
         restless(s);
         sluggish(s);
       }},
      {"election", "accepted and won epochs are durable", 0,
       [](Scenario& s) {
         s.breakage.forget_election = true;
         quarrelsome(s);
       }},
      {"starts", "the start count is durable", 5,
       [](Scenario& s) {
         s.breakage.forget_starts = true;
         restless(s);
       }},
      {"order", "effects wait for what must be stored first", 0,
       [](Scenario& s) {
         s.breakage.unordered_effects = true;
         s.disk.slow = 0.5;
         s.disk.write_most = 3s;
         quarrelsome(s);
       }},
      {"refusal", "a peer that has promised refuses other claimants", 4,
       [](Scenario& s) {
         s.breakage.refusals_accept = true;
         quarrelsome(s);
       }},
      {"once", "an order is handed over once", 3,
       [](Scenario& s) { s.breakage.repeated_orders = true; }},
      {"settle", "a slot settles after an arrival", 1,
       [](Scenario& s) { s.parameters.relief.settle = 1ms; }},
      {"rest", "a VM that has moved stays", 2,
       [](Scenario& s) { s.parameters.relief.cooldown = 1ms; }},
      {"promise", "a promise outlives the lease, whatever the clocks do", 4,
       [](Scenario& s) {
         s.parameters.election.promise = 300ms;
         quarrelsome(s);
       }},
      {"late", "orders and reservations end in time", 0,
       [](Scenario& s) {
         s.breakage.late_effects = true;
         s.parameters.relief.order_freshness = 1h;
         s.parameters.relief.late_reserved = 1h;
         quarrelsome(s);
       },
       false},
      {"evidence", "readings say truly when they were begun", 0,
       [](Scenario& s) {
         s.breakage.stale_readings = true;
         s.faults.stop = 1500ms;
         sluggish(s);
       },
       false},
      {"bound", "a silent source keeps its slot for as long as a connect may hang", 1,
       [](Scenario& s) {
         s.parameters.relief.slot_ask = 100ms;
         s.parameters.relief.slot_bound = 1s;
         restless(s);
         sluggish(s);
         s.hypervisor.hanging_connect = 1;
       }},
      {"grace", "a restarted source waits before it closes a started record", 0,
       [](Scenario& s) {
         s.parameters.relief.recovery_grace = 0s;
         s.hypervisor.slow_start = 1;
         s.faults.kill = 2s;
       },
       false},
  };
  return kAll;
}

const Weakening* find_weakening(const std::string& name) {
  const auto& all = weakenings();
  const auto it =
      std::find_if(all.begin(), all.end(), [&](const Weakening& w) { return w.name == name; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace prumo::simulation
