#include "src/hypervisor/migration_watch.h"

namespace prumo::hypervisor {
namespace {
std::string whole_seconds(Duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(d).count()) + " s";
}
}  // namespace

std::string MigrationWatch::look(Duration elapsed, double remaining_mib) {
  if (remaining_mib < lowest_mib_) {
    lowest_mib_ = remaining_mib;
    lowest_at_ = elapsed;
  }
  return look(elapsed);
}

std::string MigrationWatch::look(Duration elapsed) const {
  if (elapsed >= longest_) return "given up: not done within " + whole_seconds(longest_);
  if (elapsed - lowest_at_ >= stalled_)
    return "given up: no progress for " + whole_seconds(stalled_) +
           "; the VM writes faster than the link copies";
  return {};
}

}  // namespace prumo::hypervisor
