#pragma once
// Whether what a host says of itself can be believed. One bad sample must never cause a migration,
// so a host whose samples are doubted is frozen: it neither asks for relief nor takes a VM, until
// three good samples in a row have come. A sample is
//   - impossible when a usage is no number or below 0, when host or VM use more than a tenth above
//     the host's capacity, or the VMs together more cpu than their host, by a tenth of it; it is
//     not smoothed,
//   - stuck when all figures of the host, cpu above 0, have been the same to the last digit for
//     twelve samples,
//   - stale when more than three sample intervals have passed since the one before.
//
// What looks possible may still be wrong. So relief is asked for only when two of the last three
// samples themselves are above the overload limit: smoothing alone would let one extreme value do.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "src/core/time.h"
#include "src/core/units.h"

namespace prumo::policy {

class SanityGate {
 public:
  /// Takes a sample. `interval`: expected between two; 0: unknown, nothing is stale. Returns whether
  /// it is possible; one that is not must not be used.
  bool look(Duration at, Duration interval, const Resources& usage, const Resources& capacity,
            const std::vector<Resources>& vms);

  /// Why the host is frozen, for people; empty: it is not.
  [[nodiscard]] const std::string& why() const { return why_; }
  /// Two of the last three possible samples are above `limit` on some resource.
  [[nodiscard]] bool confirmed(double limit) const;

 private:
  std::string why_;
  std::uint32_t good_ = 0;  ///< in a row, since it was frozen
  std::uint32_t same_ = 0;  ///< samples in a row that equal the last
  bool any_ = false;
  Duration last_at_{0};
  Resources last_;
  std::array<Utilisation, 3> utilisations_{};
  std::size_t next_ = 0;
};

}  // namespace prumo::policy
