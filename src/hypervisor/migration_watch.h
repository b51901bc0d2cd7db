#pragma once
// What a running migration needs, by what is left to copy. While no new low comes, it is helped
// step by step: first it may stop the guest for longer, up to what the VM allows; then comes the
// last resort; then it is given up. It is also given up when it takes longer than its deadline. A
// migration that has gone over to post-copy can't be given up any more: either side alone has only
// half of the guest.

#include <limits>
#include <optional>
#include <string>

#include "policy/migration_settings.h"
#include "src/core/time.h"

namespace prumo::hypervisor {

enum class Help : std::uint8_t { kNone, kMoreDowntime, kLastResort, kGiveUp };

class MigrationWatch {
 public:
  /// `method` is the one that was chosen.
  MigrationWatch(const policy::MigrationSettings&, policy::Method method, double memory_mib);

  /// For which the guest may be stopped now; a quarter of what the VM allows to begin with.
  [[nodiscard]] Duration downtime() const { return downtime_; }

  /// Notes how much was left `elapsed` after the start, if the hypervisor says. Each help is asked
  /// for once; giving up at each look.
  [[nodiscard]] Help look(Duration elapsed, std::optional<double> remaining_mib);
  /// The guest runs at the destination from now on.
  void went_over() { gone_over_ = true; }
  /// Why it is given up, for people; empty: it is not.
  [[nodiscard]] const std::string& given_up() const { return given_up_; }

 private:
  [[nodiscard]] Help give_up(std::string why);

  policy::MigrationSettings settings_;
  Duration deadline_;
  Duration stall_;
  Duration downtime_;
  bool gone_over_ = false;
  bool resorted_ = false;
  double lowest_mib_ = std::numeric_limits<double>::infinity();
  Duration progress_at_{0};  ///< of the last new low, or of the last help
  std::string given_up_;
};

}  // namespace prumo::hypervisor
