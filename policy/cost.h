#pragma once
// The arithmetic of the decision. Whatever is compared is rounded to whole millionths first, and
// sums are sums of these integers: 0.55 + 0.30 does not exceed 0.85, and every machine decides
// alike.
//
// Utilisations are of the host under consideration: the same VM weighs more on a smaller host. That
// deviates from [IME13], whose hosts are all the same; on equal hosts it is the paper's percentage.

#include <algorithm>

#include "src/core/units.h"

namespace prumo::policy {

/// What a utilisation is at most, a million times the capacity. It stands for infinity: a usage of
/// something the host has none of. Nothing fits with it, and no leaving VM brings a host below it.
inline constexpr Micro kBeyond{1'000'000'000'000};

/// usage / capacity. Capacity 0: zero when nothing is used, else kBeyond.
[[nodiscard]] Micro utilisation_of(double usage, double capacity);
[[nodiscard]] Utilisation utilisation_of(const Resources& usage, const Resources& capacity);

/// A host's utilisation with that of a VM added, at most kBeyond.
[[nodiscard]] inline Utilisation with(const Utilisation& host, const Utilisation& vm) {
  return {std::min(host.cpu + vm.cpu, kBeyond), std::min(host.memory + vm.memory, kBeyond),
          std::min(host.network + vm.network, kBeyond)};
}
/// A host's utilisation after a VM has left. Below zero is zero; kBeyond stays.
[[nodiscard]] Utilisation without(const Utilisation& host, const Utilisation& vm);

/// True when every resource is at most `limit`.
[[nodiscard]] inline bool at_most(const Utilisation& u, Micro limit) {
  return u.cpu <= limit && u.memory <= limit && u.network <= limit;
}
/// The highest of the three; ties go to the first in the order cpu, memory, network.
[[nodiscard]] inline Resource worst_of(const Utilisation& u) {
  const Resource first = u.memory > u.cpu ? Resource::kMemory : Resource::kCpu;
  return u.network > u[first] ? Resource::kNetwork : first;
}

/// volume = 1/(1-cpu) * 1/(1-memory) * 1/(1-network), each utilisation clamped to 0.99. [IME13
/// §5.2]
[[nodiscard]] Micro volume_of(const Utilisation&);
/// cost = volume^alpha * image^beta, with the volume before rounding; at most 10⁷, so that sums
/// stay in range. [IME13 §5.2] Requires: image_mib is finite and not negative, alpha + beta = 1.
[[nodiscard]] Micro cost_of(const Utilisation&, double image_mib, double alpha, double beta);

}  // namespace prumo::policy
