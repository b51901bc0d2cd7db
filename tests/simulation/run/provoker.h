#pragma once
// Carries out a scenario's provocation.

#include "tests/simulation/engine/cluster.h"

namespace prumo::simulation {

class Provoker : public Watcher {
 public:
  explicit Provoker(Cluster&);
  void handed_over(const MigrationFacts&) override;
  void sent(std::size_t host, std::size_t to, const wire::Envelope&) override;

 private:
  void forget_coordinator();

  Cluster& cluster_;
  bool stalled_ = false;
};

}  // namespace prumo::simulation
