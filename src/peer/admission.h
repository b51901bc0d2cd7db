#pragma once
// The way back of a peer whose store was lost. It may have accepted claims that it no longer knows,
// so it neither accepts, claims nor offers its slot. It is admitted again once it has heard one
// coordinator's heartbeats of one epoch, without a gap of a promise, for as long as a promise and a
// settling time: what it may have promised and what was on its way to it has ended by then. It then
// refuses every epoch up to `kEpochGap` above that one, more than claims can have gone ahead, so
// that a vote it has forgotten is never given twice; the coordinator learns of that number and
// claims above it.

#include <optional>

#include "src/peer/turn.h"

namespace prumo {

class Admission {
 public:
  static constexpr std::uint64_t kEpochGap = 1000;

  /// A heartbeat arrived; true when this peer may be admitted by its sender now.
  [[nodiscard]] bool heartbeat(const Turn&, const HostId& from, Epoch);

 private:
  struct Candidate {
    HostId coordinator;
    Epoch epoch;
    Instant since;
    Instant last;
  };
  std::optional<Candidate> candidate_;
};

}  // namespace prumo
