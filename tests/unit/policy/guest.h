#pragma once
// A guest to move, by the three figures that decide.

#include "policy/prediction.h"

namespace prumo::policy {

/// MiB, MiB/s, MiB/s.
inline Transfer guest(double image, double dirty, double bandwidth) {
  Transfer t;
  t.image_mib = image;
  t.dirty_mib_s = dirty;
  t.bandwidth_mib_s = bandwidth;
  return t;
}

}  // namespace prumo::policy
