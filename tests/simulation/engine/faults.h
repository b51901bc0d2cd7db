#pragma once
// What goes wrong, and when: draws the next of each kind of fault, lets it happen, and draws again,
// until the scenario's faults are over. Each kind draws from a stream of its own, so that one more
// kind leaves the others where they were. Then everything is mended at once; an operator comes back
// later, settles what was left to them and releases the brake.

#include <optional>
#include <string>
#include <vector>

#include "src/core/random.h"
#include "tests/simulation/engine/cluster.h"

namespace prumo::simulation {

class Faults {
 public:
  Faults(Cluster&, Random);

  void start();
  /// Ends every fault that still lasts, and fair weather from now on.
  void end();
  /// The operator leaves each VM running on one host, and tells prumo so.
  void settle();

 private:
  struct Kind {
    const char* name;
    std::optional<Duration> FaultGaps::*gap;
    void (Faults::*happen)(Random&);
  };
  static const std::vector<Kind>& kinds();
  void repeat(const Kind&, Random, Duration gap);
  void tell(const std::string& what);
  [[nodiscard]] bool over() const { return cluster_.now() >= cluster_.scenario().faults_last; }
  [[nodiscard]] Machine& any(Random& random) {
    return cluster_.machine(random.below(cluster_.size()));
  }

  // faults_host.cc
  void crash(Random&);
  void kill(Random&);
  void stop(Random&);
  void hang(Random&);
  void restart_libvirtd(Random&);
  void spoil_disk(Random&);
  void stall_disk(Random&);
  void kill_after_write(Random&);
  void lose_store(Random&);
  [[nodiscard]] bool all_remember() const;

  // faults_network.cc
  void cut(Random&);
  void clog(Random&);

  // faults_operator.cc
  void operate(Random&);
  void virsh(Random&);
  void move_by_hand(Random&);
  void tell_settled();

  // faults_clone.cc
  void begin_clone(Random);
  void appear(Random&);
  void wander(std::size_t host, Random);
  void remove_clone();
  void let_in_again();

  // faults_members.cc
  void change_members(Random&);
  void hand_out(Random&, const Members&, const HostId& except);

  Cluster& cluster_;
  Random random_;
  TrueTime members_settled_{0};  ///< until then a change is under way
};

}  // namespace prumo::simulation
