#pragma once
// Invariants 4 and 6: one winner an epoch, one valid lease in true time, and nothing ordered
// without one.

#include <map>
#include <vector>

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/violation.h"

namespace prumo::simulation {

class ElectionChecker : public Watcher {
 public:
  ElectionChecker(const Cluster&, Verdict&);
  void stepped(std::size_t host, const Effects&) override;
  void sent(std::size_t host, std::size_t to, const wire::Envelope&) override;

  [[nodiscard]] std::size_t elections() const { return winners_.size(); }
  [[nodiscard]] TrueTime last_election() const { return last_election_; }

 private:
  [[nodiscard]] std::optional<Epoch> acting(std::size_t host) const;

  const Cluster& cluster_;
  Verdict& verdict_;
  std::map<Epoch, std::size_t> winners_;
  std::vector<bool> acted_;  ///< acted when last stepped: the others can't have begun since
  TrueTime last_election_{0};
};

}  // namespace prumo::simulation
