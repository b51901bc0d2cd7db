#pragma once
// What moves, and who must wait: the part of the daemon that carries decisions out, in a few lines.
//
// A host sends one VM at a time and receives one VM at a time. The moves of a set follow one
// another, each only while the source is still above the target. A destination settles afterwards,
// a source waits as long, and the VM stays for its cooldown. A host that can't be relieved backs
// off: 5 s, doubling to a minute. Settling counts in samples of the trace, however far apart they
// are, unless `relief.settle` names a time.
//
// A migration takes what policy/prediction.h expects of pre-copy, at least a second. Meanwhile the VM loads its source as
// before; the destination holds its memory; both sides carry the traffic and, for copying, a tenth
// of the VM's cpu usage (ours). Where network capacity is in percent, 100 stands for 1 Gbit/s.

#include <optional>
#include <vector>

#include "src/replay/cluster.h"
#include "src/replay/measures.h"

namespace prumo::replay {

class Movement {
 public:
  explicit Movement(const Settings& settings) : settings_(settings) {}

  /// Time passes: migrations end, the next of their sets begin, and all is measured.
  void advance(Duration from, Duration to, Cluster&, Measures&);
  /// Says in the cluster's snapshot and views who may send, receive and leave at `now`.
  void mark(Duration now, Cluster&);
  /// Why the cluster's limits keep these moves back at `now`; empty: nothing does.
  [[nodiscard]] std::string held_back(Duration now, std::size_t moves) const;
  /// Begins what was proposed, or lets the host back off.
  void carry_out(Duration now, const Proposal&, Cluster&, Measures&);

 private:
  struct Migration {
    ProposedMove move;
    Index from = 0;
    Duration ends{0};
    double mib_s = 0;
  };
  struct HostState {
    bool sending = false;
    bool receiving = false;
    Duration settled{0};  ///< takes no VM before
    Duration quiet{0};    ///< asks for nothing before
    Duration wait{0};     ///< after the last NO_RELIEF
    std::vector<ProposedMove> rest;
  };
  struct VmState {
    bool moving = false;
    Duration stays_until{0};
    std::string pinned;  ///< what else keeps it, as the cluster had it
  };
  void grow(const Cluster&);
  void begin_next(Duration now, Index from, bool later, Cluster&, Measures&);
  void end(Duration now, const Migration&, Cluster&);
  void load(Cluster&) const;
  [[nodiscard]] double rate(const Cluster&, Index from, Index to) const;
  [[nodiscard]] Duration settle(const Cluster&, Index host) const;

  Settings settings_;
  std::vector<HostState> hosts_;
  std::vector<VmState> vms_;
  std::vector<Migration> running_;
  std::vector<Duration> begun_;  ///< when migrations began, of the last hour
  std::vector<Index> kept_;      ///< VMs that move or have moved lately
};

}  // namespace prumo::replay
