#pragma once
// How a VM is to be migrated: the cluster's settings, overridden by name patterns, overridden by
// what the VM itself says.

#include <cstdint>

#include "policy/method.h"
#include "src/core/time.h"

namespace prumo::policy {

/// What is done with a pre-copy that does not converge, after every gentler help.
enum class LastResort : std::uint8_t { kAbort, kStopAndCopy, kPostCopy };

struct MigrationSettings {
  MethodWish method = MethodWish::kPreCopy;
  /// Post-copy may be used at all. When either host or the network between fails before all memory
  /// has come over, the guest is lost.
  bool allow_post_copy = false;
  double bandwidth_mib_s = 0;  ///< 0 to 1e6; 0: unlimited
  /// 10 ms to 30 min: for which a live migration may stop the guest. It begins with a quarter and
  /// gets more only when it makes no progress.
  Duration max_downtime = 500ms;
  bool auto_converge = true;   ///< slow a guest down that writes faster than the link copies
  std::uint32_t parallel = 1;  ///< 1 to 16 connections
  bool tls = false;            ///< encrypt the guest's memory on its way
  /// 0 to 24 h: aborted when it takes longer; 0: 2 min and 0.25 s for each MiB of the VM.
  Duration deadline{0};
  /// 1 s to 1 h, for each GiB of the VM and at least one: without progress for so long it has
  /// stalled.
  Duration stall = 150s;
  LastResort last_resort = LastResort::kAbort;

  bool operator==(const MigrationSettings&) const = default;
};

/// The deadline for a VM of that size.
[[nodiscard]] Duration effective_deadline(const MigrationSettings&, double memory_mib);
/// How long such a VM may make no progress.
[[nodiscard]] Duration effective_stall(const MigrationSettings&, double memory_mib);

}  // namespace prumo::policy
