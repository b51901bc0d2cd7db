#pragma once

#include <string>

#include "src/core/time.h"

namespace prumo {

/// A deadline that survives a restart. Under the boot it was set in, it is a moment; under another
/// boot the host's clock began anew, so the full length counts again from the first look (the safe
/// side).
struct DurableDeadline {
  std::string boot_id;
  Instant until;
  Duration full{0};

  bool operator==(const DurableDeadline&) const = default;

  [[nodiscard]] static DurableDeadline in(Duration full, const std::string& boot_id, Instant now) {
    return {boot_id, now + full, full};
  }
  /// Moves the deadline to this boot, when it was set in another. Call once after a start.
  void adopt(const std::string& boot_now, Instant now) {
    if (boot_id != boot_now) *this = in(full, boot_now, now);
  }
  [[nodiscard]] bool passed(Instant now) const { return now >= until; }
};

}  // namespace prumo
