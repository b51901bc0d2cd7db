#pragma once
// How each VM is to be migrated, from the configuration and the VM's own words. Words that can't be
// understood are told once, with the VM's name, and left out.

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "policy/forecast.h"
#include "src/peer/reading.h"

namespace prumo::daemon {

/// How a VM would be migrated by hand.
struct HandPlan {
  nlohmann::json shown;  ///< {"method", "settings", "prediction"}, or {"error"}: why it can't be
  std::optional<policy::Forecast> forecast;  ///< empty: it can't be
};

class VmWishes {
 public:
  using Warn = std::function<void(const std::string&)>;
  /// Requires: the configuration outlives it.
  VmWishes(const config::Config& config, Warn warn) : config_(config), warn_(std::move(warn)) {}

  /// Warns of what is new among these VMs, and forgets those that are gone.
  void sampled(const std::vector<Domain>&);
  [[nodiscard]] policy::MigrationSettings settings(const std::string& name,
                                                   const std::string& words) const;
  /// If an operator asked for it with these words. It can't be when the words are wrong, or no
  /// method keeps within the limits. `vm` null: not seen yet. `dirty_mib_s` empty: not measured.
  [[nodiscard]] HandPlan plan(const Domain* vm, const std::string& words, double link_mib_s,
                              std::optional<double> dirty_mib_s) const;

 private:
  const config::Config& config_;
  Warn warn_;
  std::map<VmId, std::string> seen_;
};

}  // namespace prumo::daemon
