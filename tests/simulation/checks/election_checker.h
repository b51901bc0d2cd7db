#pragma once
// Invariants 4 and 6: one winner an epoch, one valid lease in true time, and nothing ordered
// without one. A lease holds for an order until its time is up or RESIGN has left: one that waited
// for the disk may leave before that RESIGN, for until then nobody else can lead.
//
// Excused from 4: what two machines with one id have voted, or are, for as long as they are not
// told apart. Two majorities share a member, and if that one is two, each may have given its word
// to another. Once both coordinators have barred the id, neither rests on its votes, and nothing is
// excused any more. How soon that is, DuplicateChecker says.

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/violation.h"

namespace prumo::simulation {

class ElectionChecker : public Watcher {
 public:
  ElectionChecker(const Cluster&, Verdict&);
  void stepped(std::size_t host, const Effects&) override;
  void sent(std::size_t host, std::size_t to, const wire::Envelope&) override;
  void store_lost(std::size_t host) override { resigned_[host] = {}; }

  [[nodiscard]] std::size_t elections() const { return winners_.size(); }
  [[nodiscard]] TrueTime last_election() const { return last_election_; }

 private:
  [[nodiscard]] std::optional<Epoch> acting(std::size_t host) const;
  /// Its vote, or one that it may have counted, can be that of two.
  [[nodiscard]] bool deceived(std::size_t host) const;
  void check_orders(std::size_t host, const Effects&);
  void violated_6(std::size_t host, const Migrate&, const std::string& what);

  const Cluster& cluster_;
  Verdict& verdict_;
  struct Winners {
    std::set<std::size_t> hosts;
    bool deceived = false;  ///< the first was
  };
  std::map<Epoch, Winners> winners_;
  std::vector<bool> acted_;  ///< acted when last stepped: the others can't have begun since
  TrueTime last_election_{0};
  std::map<std::tuple<std::size_t, std::size_t, RoundId>, Instant> ordered_;  ///< good until
  std::vector<Epoch> resigned_;                                               ///< by host, the last
};

}  // namespace prumo::simulation
