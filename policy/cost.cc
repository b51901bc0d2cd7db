#include "policy/cost.h"

#include <cmath>

namespace prumo::policy {
namespace {

double exact_volume(const Utilisation& u) {
  constexpr Micro kMost{990'000};
  double volume = 1;
  for (const Resource r : kResources) volume /= 1 - std::min(u[r], kMost).as_double();
  return volume;
}

}  // namespace

Micro utilisation_of(double usage, double capacity) {
  if (!(usage > 0)) return {};
  if (!(capacity > 0)) return kBeyond;
  return Micro::of(std::min(usage / capacity, kBeyond.as_double()));
}

Utilisation utilisation_of(const Resources& usage, const Resources& capacity) {
  Utilisation u;
  for (const Resource r : kResources) u[r] = utilisation_of(usage[r], capacity[r]);
  return u;
}

Utilisation without(const Utilisation& host, const Utilisation& vm) {
  Utilisation u;
  for (const Resource r : kResources) {
    u[r] = host[r] >= kBeyond ? kBeyond : std::max(host[r] - vm[r], Micro{});
  }
  return u;
}

Micro volume_of(const Utilisation& u) { return Micro::of(exact_volume(u)); }

Micro cost_of(const Utilisation& u, double image_mib, double alpha, double beta) {
  constexpr double kMost = 1e7;
  return Micro::of(std::min(kMost, std::pow(exact_volume(u), alpha) * std::pow(image_mib, beta)));
}

}  // namespace prumo::policy
