#pragma once
// Two hosts with one id are found: whoever hears both bars that id before long. Until then its votes
// may be two, and that is excused from invariant 4; so this bounds the excuse.

#include <vector>

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/violation.h"

namespace prumo::simulation {

class DuplicateChecker : public Watcher {
 public:
  DuplicateChecker(const Cluster&, Verdict&);
  void daemon_started(std::size_t host) override;
  /// To be called every second.
  void look();

 private:
  /// It hears whatever that one says now and then without being asked.
  [[nodiscard]] bool hears(std::size_t host, std::size_t other) const;
  [[nodiscard]] bool bars(std::size_t host) const;

  const Cluster& cluster_;
  Verdict& verdict_;
  Duration bound_{0};
  std::vector<TrueTime> since_;  ///< hears both and bars neither
};

}  // namespace prumo::simulation
