#pragma once
// Two hosts with one id are found: whoever hears both bars that id before long. Until then its
// votes may be two, and that is excused from invariant 4; so this bounds the excuse. The bound is
// short where each of the two has been reached for long as well: the lower run goes above the other
// once it is told of it. One that chance leaves deaf is known by the time alone.

#include <array>
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
  /// It hears whatever that one says now and then without being asked, which it says to its members
  /// alone: whoever is none of them hears nothing, and has no vote of that one to count either.
  [[nodiscard]] bool hears(std::size_t host, std::size_t other) const;
  [[nodiscard]] bool bars(std::size_t host) const;

  const Cluster& cluster_;
  Verdict& verdict_;
  struct Heard {
    TrueTime since = TrueTime::max();   ///< hears both and bars neither
    std::array<Duration, 2> reached{};  ///< for so long since then: the original, the clone
  };
  Duration soon_{0};  ///< where each was reached for half of it
  Duration late_{0};
  std::vector<Heard> heard_;
};

}  // namespace prumo::simulation
