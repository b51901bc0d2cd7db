#pragma once
// The whole world of one run: the machines, and what lies between them.

#include <deque>

#include "tests/simulation/engine/event_heap.h"
#include "tests/simulation/engine/fingerprint.h"
#include "tests/simulation/engine/machine.h"
#include "tests/simulation/engine/network.h"
#include "tests/simulation/engine/scenario.h"
#include "tests/simulation/engine/virtualisation.h"
#include "tests/simulation/engine/watcher.h"

namespace prumo::simulation {

class Cluster {
 public:
  /// Requires: the scenario and the watcher outlive the cluster.
  Cluster(const Scenario&, Watcher&);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  [[nodiscard]] EventHeap& heap() { return heap_; }
  [[nodiscard]] TrueTime now() const { return heap_.now(); }
  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] Virtualisation& virtualisation() { return virtualisation_; }
  [[nodiscard]] const Virtualisation& virtualisation() const { return virtualisation_; }
  /// Machines, with the clone; it is the last.
  [[nodiscard]] std::size_t size() const { return machines_.size(); }
  /// Hosts that belong.
  [[nodiscard]] std::size_t members() const { return scenario_.members.size(); }
  [[nodiscard]] Machine& machine(std::size_t host) { return machines_[host]; }
  [[nodiscard]] const Machine& machine(std::size_t host) const { return machines_[host]; }
  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const HostId& id(std::size_t host) const { return scenario_.id(host); }
  [[nodiscard]] std::string name(std::size_t host) const { return scenario_.name(host); }
  /// It is a clone, or what was cloned.
  [[nodiscard]] bool doubled(std::size_t host) const {
    return scenario_.clone && (host >= members() || host == scenario_.clone->of);
  }
  /// A clone speaks, or may have spoken `within` that time.
  [[nodiscard]] bool cloned_lately(Duration within) const {
    if (!scenario_.clone) return false;
    const Machine& clone = machines_.back();
    return clone.present() || (clone.removed_at() <= now() && now() - clone.removed_at() < within);
  }
  [[nodiscard]] Watcher& watcher() { return watcher_; }
  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_.value(); }

  /// Starts every daemon.
  void start();
  /// Weather as the scenario has it, or fair.
  void set_weather(bool fair);

 private:
  [[nodiscard]] Virtualisation::Ask hook(const Scenario&);

  const Scenario& scenario_;
  Watcher& watcher_;
  EventHeap heap_;
  Fingerprint fingerprint_;
  Network network_;
  Virtualisation virtualisation_;
  std::deque<Machine> machines_;
};

}  // namespace prumo::simulation
