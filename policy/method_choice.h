#pragma once
// Which method a VM is moved by. A wish is obeyed; `auto` takes, among the methods that keep within
// what the VM allows (max_downtime, deadline), the one that costs its service least.
//
// The cost is in seconds of service lost: all of the downtime, and a share of the time in which
// memory is copied while the guest runs. Of pre-copy that is the share by which [UFC, experiment 4]
// saw throughput fall, 23.8 %. Of post-copy, which that work leaves to the future, it is what
// `scripts/bench impact` sees in experiment 2: of a web server's requests 41 % are answered too late
// or not at all, because the pages that they need come behind others. The bandwidth is all that is
// allowed: less copies no fewer bytes, and takes longer.

#include <optional>
#include <string>

#include "policy/migration_settings.h"
#include "policy/prediction.h"
#include "src/core/result.h"

namespace prumo::policy {

struct MethodChoice {
  Method method = Method::kPreCopy;
  Prediction prediction;
  double lost_seconds = 0;  ///< of service
};

/// `transfer.max_downtime` is taken from the settings. Errors: post-copy is wished and not allowed;
/// no method keeps within the limits, with what the best of them would take. Requires: as
/// `predict`.
[[nodiscard]] Result<MethodChoice> choose_method(const MigrationSettings&, double memory_mib,
                                                 Transfer);

}  // namespace prumo::policy
