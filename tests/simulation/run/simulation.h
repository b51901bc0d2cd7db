#pragma once
// One run of a scenario: faults first, under which nothing unsafe may happen; then all is mended,
// and all must become well in bounded time and stay so. The same scenario gives the same run, bit
// for bit.

#include <cstdint>
#include <optional>
#include <string>

#include "tests/simulation/engine/scenario.h"
#include "tests/simulation/engine/violation.h"
#include "tests/simulation/run/probes.h"

namespace prumo::simulation {

struct Report {
  std::uint64_t seed = 0;
  std::size_t hosts = 0;
  std::optional<Violation> violation;
  std::string transcript;         ///< its last lines, when asked for
  std::uint64_t fingerprint = 0;  ///< equal runs, and only those, are equal here
  Duration virtual_time{0};
  std::uint64_t events = 0;
  std::size_t started = 0;    ///< operations handed to a hypervisor
  std::size_t arrived = 0;    ///< of these, VMs that run at their destination
  std::size_t elections = 0;  ///< epochs won
  PathCounts paths;
};

/// `transcript_lines`: 0 for none, which is faster.
[[nodiscard]] Report run(const Scenario&, std::size_t transcript_lines = 0);

/// Runs it, and once more with a transcript when something was violated.
[[nodiscard]] Report run_and_explain(const Scenario&, std::size_t transcript_lines = 40);

/// For people: the seed first, then what was violated and when, then the transcript.
[[nodiscard]] std::string explain(const Report&);

}  // namespace prumo::simulation
