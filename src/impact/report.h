#pragma once
// A run of requests beside the migrations that happened in it: the four metrics of [UFC] for each.
// Downtime and total time as libvirt tells them come from whoever migrated; all else from what the
// requests saw. [UFC] is migration-impact: Magalhães, Soares, Gomes, Análise do Impacto de Migração
// de Máquinas Virtuais em Ambiente Computacional Virtualizado.

#include <optional>
#include <string>
#include <vector>

#include "src/impact/statistics.h"

namespace prumo::impact {

/// One migration, by the clock of the run.
struct Passage {
  Window window;
  std::string operation;  ///< as prumo numbers it; empty: not prumo's
  std::string from;
  std::string to;
  std::string outcome;               ///< "done", or how else it ended
  std::string reason;                ///< why it did not succeed
  std::optional<Duration> total;     ///< as libvirt reports it
  std::optional<Duration> downtime;  ///< as libvirt reports it
};

struct PassageReport {
  Passage passage;
  Statistics before;  ///< since the passage before, or the begin
  Statistics during;
  Statistics after;  ///< up to the next passage, or the end
  std::optional<Silence> silence;
};

struct Report {
  Statistics whole;
  std::optional<Silence> silence;  ///< of the whole run
  std::vector<PassageReport> passages;
  Punctuality punctuality;
};

/// `passages` in the order of time. A silence belongs to a passage when it overlaps it, or begins
/// within a second after: the last of the downtime is told by the destination's network.
[[nodiscard]] Report report_of(const std::vector<Request>&, Window run,
                               const std::vector<Passage>& passages, Duration service_level);

}  // namespace prumo::impact
