#pragma once
// Domains that libvirt left half migrated: paused with no job, neither coming in nor leaving, or
// migrated away and still defined. Whoever sees one for a while can't prove what became of it, and
// says so; once an operator has settled it, not again before it changes.

#include <map>

#include "src/peer/own_host.h"
#include "src/peer/turn.h"

namespace prumo {

class Doubtful {
 public:
  /// After each reading that counts as evidence. `own_move`: judged by the operation itself.
  void looked(Turn&, const OwnHost&, const VmId& own_move);
  void settled(const VmId&);

 private:
  std::map<VmId, Instant> since_;  ///< never: settled; at most as many as there are domains
};

}  // namespace prumo
