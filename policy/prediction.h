#pragma once
// What a migration will take, before it is begun: total time, downtime and MiB copied.
//
// Pre-copy is the geometric series that it is. The first pass copies the image V, each later pass
// what was written during the one before. With r = dirty rate / bandwidth the passes copy V, V·r,
// V·r², …, and the guest is stopped for the rest V·rⁿ as soon as that can be copied within the
// allowed downtime D:
//
//   n        = the least with V·rⁿ / bandwidth <= D, at least 1
//   total    = V / bandwidth · (1 + r + … + rⁿ) + switch
//   downtime = V·rⁿ / bandwidth + switch
//
// With r >= 1 the rest does not shrink: it does not converge. Stop-and-copy stops the guest for all
// of V. Post-copy stops it for the switch alone and pulls V afterwards. [UFC] found the relations
// that follow: downtime of stop-and-copy grows with memory and that of pre-copy does not, totals of
// an idle guest are equal, what writes lengthens pre-copy.
//
// What it does not know: pages written again and again count once a second in a measured dirty
// rate but may be written faster, compression and zero pages copy less, and a busy host or link
// gives less bandwidth than it was asked for. It errs by these.

#include <cstdint>

#include "policy/method.h"
#include "src/core/time.h"

namespace prumo::policy {

/// The guest and the way it is to go. All finite and not negative.
struct Transfer {
  double image_mib = 0;            ///< memory in use, what has to be copied
  double dirty_mib_s = 0;          ///< memory written a second while the guest runs
  double bandwidth_mib_s = 0;      ///< of the migration; above 0
  Duration max_downtime = 300ms;   ///< for which pre-copy may stop the guest
  Duration switch_over = 20ms;     ///< CPU and device state; every method pays it
  std::uint32_t most_passes = 30;  ///< of pre-copy; then the guest is stopped whatever is left
};

struct Prediction {
  Duration total{0};
  Duration downtime{0};
  double copied_mib = 0;
  std::uint32_t passes = 0;  ///< while the guest ran, here
  /// False: after `most_passes` more was left than `max_downtime` allows. The figures are those of
  /// stopping it then.
  bool converges = true;
};

/// Durations end at 10⁹ s. Requires: bandwidth above 0, most_passes at least 1.
[[nodiscard]] Prediction predict(Method, const Transfer&);

}  // namespace prumo::policy
