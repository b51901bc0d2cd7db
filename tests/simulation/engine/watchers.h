#pragma once
// Several watchers as one.

#include <string>
#include <vector>

#include "tests/simulation/engine/watcher.h"

namespace prumo::simulation {

class Watchers : public Watcher {
 public:
  /// Requires: `watcher` outlives this.
  void add(Watcher& watcher) { all_.push_back(&watcher); }

  void handed_over(const MigrationFacts& f) override {
    for (Watcher* w : all_) w->handed_over(f);
  }
  void appeared(const MigrationFacts& f) override {
    for (Watcher* w : all_) w->appeared(f);
  }
  void disappeared(const MigrationFacts& f, bool arrived) override {
    for (Watcher* w : all_) w->disappeared(f, arrived);
  }
  void ended(const MigrationFacts& f) override {
    for (Watcher* w : all_) w->ended(f);
  }
  void running(const VmId& vm, std::size_t copies, Begins how) override {
    for (Watcher* w : all_) w->running(vm, copies, how);
  }
  void stepped(std::size_t host, const Effects& effects) override {
    for (Watcher* w : all_) w->stepped(host, effects);
  }
  void sent(std::size_t host, std::size_t to, const wire::Envelope& envelope) override {
    for (Watcher* w : all_) w->sent(host, to, envelope);
  }
  void landed(std::size_t host, const DurableState& state) override {
    for (Watcher* w : all_) w->landed(host, state);
  }
  void store_lost(std::size_t host) override {
    for (Watcher* w : all_) w->store_lost(host);
  }
  void daemon_started(std::size_t host) override {
    for (Watcher* w : all_) w->daemon_started(host);
  }
  void lost_power(std::size_t host) override {
    for (Watcher* w : all_) w->lost_power(host);
  }
  void fault(const std::string& what) override {
    for (Watcher* w : all_) w->fault(what);
  }

 private:
  std::vector<Watcher*> all_;
};

}  // namespace prumo::simulation
