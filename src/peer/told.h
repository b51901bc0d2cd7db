#pragma once
// Of what this host has no record it can tell only what a reading shows, and only one that was begun
// since it was first asked, or told: who speaks knows of things that an older one may not show yet.
// Whoever is not answered says it again.

#include <map>

#include "src/peer/own_host.h"
#include "src/peer/turn.h"

namespace prumo {

class Told {
 public:
  /// A reading has been begun since that host first spoke of this operation, which is then forgotten
  /// again. False: one is asked for.
  bool looked_since(Turn&, const HostId& from, const OpId&, const OwnHost&);

 private:
  /// By whom, of what, and when first; of each at most what it may owe.
  std::map<HostId, std::map<OpId, Instant>> first_;
};

}  // namespace prumo
