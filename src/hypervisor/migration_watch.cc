#include "src/hypervisor/migration_watch.h"

#include <algorithm>

namespace prumo::hypervisor {
namespace {

constexpr int kSteps = 4;  ///< the first downtime, and the patience before the next, is one of them

std::string whole_seconds(Duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(d).count()) + " s";
}

}  // namespace

MigrationWatch::MigrationWatch(const policy::MigrationSettings& settings, policy::Method method,
                               double memory_mib)
    : settings_(settings),
      deadline_(effective_deadline(settings, memory_mib)),
      stall_(effective_stall(settings, memory_mib)),
      downtime_(method == policy::Method::kPreCopy ? settings.max_downtime / kSteps
                                                   : settings.max_downtime),
      resorted_(method != policy::Method::kPreCopy) {}

Help MigrationWatch::look(Duration elapsed, std::optional<double> remaining_mib) {
  if (remaining_mib && *remaining_mib < lowest_mib_) {
    lowest_mib_ = *remaining_mib;
    progress_at_ = elapsed;
  }
  if (gone_over_) return Help::kNone;
  if (elapsed >= deadline_) return give_up("not done within " + whole_seconds(deadline_));
  const Duration silent = elapsed - progress_at_;
  if (downtime_ < settings_.max_downtime && silent >= stall_ / kSteps) {
    downtime_ = std::min(downtime_ * 2, settings_.max_downtime);
    progress_at_ = elapsed;
    return Help::kMoreDowntime;
  }
  if (silent < stall_) return Help::kNone;
  if (resorted_ || settings_.last_resort == policy::LastResort::kAbort)
    return give_up("no progress for " + whole_seconds(stall_) +
                   "; the VM writes faster than the link copies");
  resorted_ = true;
  progress_at_ = elapsed;
  return Help::kLastResort;
}

Help MigrationWatch::give_up(std::string why) {
  if (given_up_.empty()) given_up_ = "given up: " + std::move(why);
  return Help::kGiveUp;
}

}  // namespace prumo::hypervisor
