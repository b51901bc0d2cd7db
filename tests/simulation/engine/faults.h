#pragma once
// What goes wrong, and when: draws the next of each kind of fault, lets it happen, and draws again,
// until the scenario's faults are over. Then everything is mended at once and the brake is
// released.

#include <string>

#include "src/core/random.h"
#include "tests/simulation/engine/cluster.h"

namespace prumo::simulation {

class Faults {
 public:
  Faults(Cluster&, Random);

  void start();
  /// Ends every fault that still lasts, and fair weather from now on.
  void end();

 private:
  void repeat(const std::optional<Duration>& gap, void (Faults::*happen)());
  void crash();
  void kill();
  void stop();
  void cut();
  void hang();
  void spoil_disk();
  void operate();
  void tell(const std::string& what);

  [[nodiscard]] Machine& any() { return cluster_.machine(random_.below(cluster_.size())); }

  Cluster& cluster_;
  Random random_;
};

}  // namespace prumo::simulation
