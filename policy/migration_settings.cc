#include "policy/migration_settings.h"

#include <algorithm>

namespace prumo::policy {
namespace {

/// Whatever a hypervisor says of a VM's size, a product with it fits a Duration.
double sane(double memory_mib) { return std::clamp(memory_mib, 0.0, 1e9); }

}  // namespace

Duration effective_deadline(const MigrationSettings& settings, double memory_mib) {
  if (settings.deadline > Duration{0}) return settings.deadline;
  return 2min + Duration(static_cast<Duration::rep>(sane(memory_mib) / 4 * 1e6));
}

Duration effective_stall(const MigrationSettings& settings, double memory_mib) {
  const double gib = std::max(1.0, sane(memory_mib) / 1024);
  return Duration(static_cast<Duration::rep>(static_cast<double>(settings.stall.count()) * gib));
}

}  // namespace prumo::policy
