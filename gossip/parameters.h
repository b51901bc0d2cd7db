#pragma once
// The settings of the gossip machine. N is the number of members, oneself included.

#include <cstdint>
#include <string>

#include "src/core/time.h"

namespace prumo::gossip {

struct Parameters {
  /// Each period `fanout` digests are sent, evenly spread. A calm change reaches all in about
  /// log2(N) / fanout periods. Legal: 100 ms to 10 s. Halving it doubles the cost of the digests
  /// (at most 16 KiB each) and halves the age of what is shown and decided on.
  Duration gossip_period = 1s;
  /// Digests per period. Legal: 1 to 8. Cost and speed both grow with it; below 2 one lost frame is
  /// felt as a whole period.
  std::uint32_t fanout = 2;
  /// One member is probed per period, all of them once in N - 1 periods. Legal: 200 ms to 10 s.
  /// Shorter finds a death sooner (suspicion counts in periods too) and is more easily deceived by
  /// pauses.
  Duration probe_period = 1s;
  /// How long a direct probe may take before helpers are asked; they have the rest of the period.
  /// Legal: 20 ms to below `probe_period`. Must exceed the pauses of a healthy process (50 to 400
  /// ms on a loaded host), or every pause costs `indirect` requests. Also: a member heard directly
  /// within this time is not suspected on somebody else's word.
  Duration probe_timeout = 500ms;
  /// Helpers of an indirect probe. Legal: 0 to 10. With loss p on each way a live member fails a
  /// probe with about p·(1 - (1 - p)^4)^indirect·2; more helpers cost four small messages each per
  /// failed probe.
  std::uint32_t indirect = 3;
  /// Suspect to dead, when confirmed: this · max(1, log10 N) probe periods. Legal: 1 to 20. Lower
  /// declares death sooner, and with it a longer pause or a slow link.
  double suspicion_periods = 4;
  /// Unconfirmed, the suspicion lasts this many times as long. Legal: 1 to 20. Higher protects
  /// others better from an accuser that is itself sick, and delays the death of a member that few
  /// can see.
  double suspicion_most = 6;
  /// Rumours leave at most once in this time. Legal: 10 ms to below `gossip_period`. An idle peer
  /// passes a rumour on at once; this is the pause until the next batch. Longer saves frames.
  Duration rumour_batch = 50ms;
  /// Rumours may take this much, over all receivers, with a burst of one second's worth. Legal: 4
  /// KiB to 16 MiB. When it is spent, rumours wait, and after two gossip periods are left to the
  /// rounds.
  std::uint32_t rumour_bytes_per_s = 32 * 1024;
};

/// How often a verdict that a pause of one's own would make unfair is put off.
inline constexpr std::uint32_t kPostponedMost = 3;

/// The first setting out of its range or at odds with another, as a line for a person; empty when
/// all is well.
[[nodiscard]] std::string check(const Parameters&);

}  // namespace prumo::gossip
