#pragma once
// Many seeds, on several threads; a run shares nothing with another. One seed in kRepeatEvery is
// run twice, and must go the same way both times. After the first violation no further seed is
// begun, but those below it are finished: what a campaign reports first does not depend on how
// many threads it had.

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/run/probes.h"
#include "tests/simulation/run/simulation.h"
#include "tests/simulation/run/weakenings.h"

namespace prumo::simulation {

inline constexpr std::uint64_t kRepeatEvery = 20;

struct CampaignPlan {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  /// No seed is begun after so many seconds of real time, but at least `least` are run.
  double granted_seconds = std::numeric_limits<double>::infinity();
  std::uint64_t least = 0;
  /// Set from elsewhere: begin no further seed. May be null.
  const std::atomic<bool>* interrupted = nullptr;
  unsigned jobs = 1;
  bool go_on = false;  ///< after a violation
  std::size_t transcript_lines = 40;
  Limits limits;
  const Weakening* without = nullptr;
};

struct Campaign {
  std::vector<Report> failed;               ///< by seed
  std::vector<std::uint64_t> unrepeatable;  ///< seeds that went another way the second time
  PathCounts paths;
  std::uint64_t seeds = 0;
  std::uint64_t repeated = 0;
  std::uint64_t fingerprint = 0;  ///< of all runs, in whatever order they were made
  double virtual_seconds = 0;
  double host_seconds = 0;  ///< the same, times the hosts of each run
  std::uint64_t started = 0;
  std::uint64_t arrived = 0;
  std::uint64_t elections = 0;
  double seconds = 0;  ///< of real time
};

/// The scenario of a seed under the plan's limits and weakening.
[[nodiscard]] Scenario scenario_of(std::uint64_t seed, const CampaignPlan&);

/// `progress` is called after each run, never twice at once.
[[nodiscard]] Campaign run_campaign(const CampaignPlan&,
                                    const std::function<void(const Campaign&)>& progress = {});

}  // namespace prumo::simulation
