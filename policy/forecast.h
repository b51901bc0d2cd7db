#pragma once
// What is expected of one VM's migration, from what is known of it: how it is to go, what its link
// carries, what its guest writes. The same wherever it is shown, stored or weighed.

#include <optional>
#include <string>

#include "policy/migration_settings.h"
#include "src/core/result.h"
#include "src/core/time.h"

namespace prumo::policy {

/// How a VM would migrate from where it runs. Whoever reports it may be another host: any values.
struct Manner {
  MethodWish method = MethodWish::kPreCopy;
  bool allow_post_copy = false;
  Duration max_downtime = 500ms;
  Duration deadline{0};                 ///< 0: by the VM's size, see `effective_deadline`
  double bandwidth_mib_s = 0;           ///< as set, or what the link is about to carry
  std::optional<double> dirty_mib_s{};  ///< as measured lately; empty: not measured
  bool operator==(const Manner&) const = default;
};

/// `link_mib_s`: what an unlimited bandwidth is about.
[[nodiscard]] Manner manner_of(const MigrationSettings&, double link_mib_s,
                               std::optional<double> dirty_mib_s);

struct Forecast {
  Method method = Method::kPreCopy;
  Duration total{0};
  Duration downtime{0};
  double copied_mib = 0;
  bool converges = true;
  std::optional<double> dirty_mib_s{};  ///< that it rests on; empty: taken as 0
  bool operator==(const Forecast&) const = default;
};

/// Error: no method keeps within the VM's limits, with the numbers. What the guest writes is taken
/// as nothing where it was not measured.
[[nodiscard]] Result<Forecast> forecast(const Manner&, double image_mib, double memory_mib);

/// "pre-copy in 1.2 s, downtime 65 ms, 120 MiB; writes 12 MiB/s".
[[nodiscard]] std::string in_words(const Forecast&);

}  // namespace prumo::policy
