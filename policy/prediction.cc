#include "policy/prediction.h"

#include <algorithm>

namespace prumo::policy {
namespace {

Duration of_seconds(double s) {
  return Duration(static_cast<Duration::rep>(std::min(s, 1e9) * 1e6));
}

Prediction pre_copy(const Transfer& t) {
  Prediction p;
  double left = t.image_mib;
  const double allowed = seconds(t.max_downtime) * t.bandwidth_mib_s;
  // The first pass is never the stopped one: also a tiny guest is copied while it runs.
  while (p.passes < t.most_passes && left > 0 && (p.passes == 0 || left > allowed)) {
    p.copied_mib += left;
    left = std::min(t.image_mib, t.dirty_mib_s * left / t.bandwidth_mib_s);
    ++p.passes;
  }
  p.copied_mib += left;
  p.converges = left <= allowed;
  const double switch_over = seconds(t.switch_over);
  p.downtime = of_seconds(left / t.bandwidth_mib_s + switch_over);
  p.total = of_seconds(p.copied_mib / t.bandwidth_mib_s + switch_over);
  return p;
}

}  // namespace

Prediction predict(Method method, const Transfer& t) {
  if (method == Method::kPreCopy) return pre_copy(t);
  Prediction p;
  p.copied_mib = t.image_mib;
  p.total = of_seconds(t.image_mib / t.bandwidth_mib_s + seconds(t.switch_over));
  p.downtime = method == Method::kStopAndCopy ? p.total : t.switch_over;
  return p;
}

}  // namespace prumo::policy
