#pragma once
// How long a live migration by pre-copy takes: the first pass copies the whole image, each later
// pass what was dirtied during the one before, until what is left can be copied within the allowed
// downtime.

#include "src/core/time.h"

namespace prumo::hypervisor {

struct Precopy {
  Duration total{0};
  Duration downtime{0};
  double copied_mib = 0;
};

/// Amounts in MiB and MiB/s. A VM that dirties as fast as the link copies is stopped after 30
/// passes and pays with its downtime. Requires: bandwidth above 0; all finite and not negative.
[[nodiscard]] Precopy precopy(double image_mib, double dirty_mib_s, double bandwidth_mib_s);

}  // namespace prumo::hypervisor
