#include "src/hypervisor/precopy.h"

#include <algorithm>

namespace prumo::hypervisor {
namespace {
constexpr double kAllowedDowntime = 0.3;  ///< seconds; QEMU's default
constexpr double kSwitch = 0.02;          ///< seconds; the hand-over itself
constexpr int kMostPasses = 30;

Duration of_seconds(double s) {
  return Duration(static_cast<Duration::rep>(std::min(s, 1e9) * 1e6));
}
}  // namespace

Precopy precopy(double image_mib, double dirty_mib_s, double bandwidth_mib_s) {
  double left = image_mib;
  double elapsed = 0;
  double copied = 0;
  for (int pass = 0; pass < kMostPasses; ++pass) {
    // The first pass is never the stopped one: also a tiny VM is copied while it runs.
    if (pass > 0 && left <= kAllowedDowntime * bandwidth_mib_s) break;
    const double time = left / bandwidth_mib_s;
    elapsed += time;
    copied += left;
    left = std::min(image_mib, dirty_mib_s * time);
  }
  const double stopped = left / bandwidth_mib_s + kSwitch;
  return {of_seconds(elapsed + stopped), of_seconds(stopped), copied + left};
}

}  // namespace prumo::hypervisor
