#pragma once
// Invariants 5 and 7: numbers on the platter never go back, and every table and queue keeps its
// bound.

#include <string>
#include <vector>

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/violation.h"

namespace prumo::simulation {

class DurableChecker : public Watcher {
 public:
  DurableChecker(const Cluster&, Verdict&);
  void store_lost(std::size_t host) override { last_[host] = {}; }
  void landed(std::size_t host, const DurableState&) override;
  void stepped(std::size_t host, const Effects&) override;

 private:
  void violated(int invariant, std::size_t host, const std::string& what);

  struct Numbers {
    std::uint32_t starts = 0;
    Epoch accepted;
    Epoch won;
    RoundId last_obeyed;
  };
  const Cluster& cluster_;
  Verdict& verdict_;
  std::vector<Numbers> last_;
};

}  // namespace prumo::simulation
