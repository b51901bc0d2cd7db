#pragma once
// A VM that runs on two hosts, whoever started it there. Each summary names what runs on its host by
// a short hash; hosts that find one of their own in another's ask each other, for a summary may be
// old and a hash may be another VM's:
//
//   A ─ runs here, seen once ─▶ B looks ─ here too: twice ─▶ A looks again ─ here still: thrice ─▶ B
//
// What A saw before and after B's look has not moved to B in between, so both report it.

#include <cstdint>
#include <map>
#include <vector>

#include "gossip/gossip.h"
#include "src/peer/own_host.h"
#include "src/peer/turn.h"

namespace prumo {

class Twins {
 public:
  static constexpr std::size_t kMostOpen = 64;

  void heard(Turn&, const HostId& from, const RunsHere&, const OwnHost&);
  /// After each reading that counts as evidence: answers.
  void looked(Turn&, const OwnHost&);
  /// After each periodic one: asks, so that no answer gives rise to a question.
  void sampled(Turn&, const OwnHost&, const std::map<HostId, gossip::Known>& others) const;

 private:
  struct Question {
    HostId from;
    std::uint32_t seen = 0;
    Instant since;  ///< only a reading begun later answers it
  };
  std::map<VmId, Question> open_;
};

/// Hashes of what runs on this host, ascending; at most `kMostVms`.
[[nodiscard]] std::vector<std::uint32_t> running_hashes(const OwnHost&);

}  // namespace prumo
