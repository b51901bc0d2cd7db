#pragma once
// Invariants 4 to 6 as the wire shows them, across restarts: what a host says of itself never goes
// back, it accepts one claimant an epoch and only what it has stored, and it reserves nothing for
// an epoch that it knows to be over.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/engine/cluster.h"
#include "tests/simulation/engine/violation.h"

namespace prumo::simulation {

class SendingChecker : public Watcher {
 public:
  SendingChecker(const Cluster&, Verdict&);
  /// What it said is forgotten, but not whom it accepted.
  void store_lost(std::size_t host) override;
  void stepped(std::size_t host, const Effects&) override;
  void sent(std::size_t host, std::size_t to, const wire::Envelope&) override;

 private:
  struct Said {
    Incarnation incarnation;
    RunId run;
    Epoch won;
    std::pair<Incarnation, Version> summary;
  };
  void check_envelope(std::size_t host, const wire::Envelope&);
  void check_summary(std::size_t host, const std::vector<gossip::Update>&);
  void check_accept(std::size_t host, std::size_t to, const election::Accept&);
  void violated(int invariant, std::size_t host, const std::string& what);

  const Cluster& cluster_;
  Verdict& verdict_;
  std::vector<Said> said_;
  std::set<HostId> forgetful_;  ///< one that counts its starts anew may be taken for two daemons
  std::map<std::pair<std::size_t, Epoch>, std::size_t> accepted_;  ///< (host, epoch) → claimant
  std::set<std::pair<std::size_t, Epoch>> winners_;
};

}  // namespace prumo::simulation
