#pragma once
// What the decision looks at: hosts with their smoothed usage, and VMs with their last reading.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/forecast.h"
#include "src/core/ids.h"
#include "src/core/units.h"

namespace prumo::policy {

/// More than these are forgotten by smoothing to within a hundredth for mu from 0.21 on.
inline constexpr std::size_t kSamplesKept = 20;

/// Why a host that itself asks for relief is closed.
inline constexpr const char* kOverloadedItself = "overloaded itself";

struct Host {
  HostId id;
  Resources capacity;  ///< > 0 where a usage can be divided by it; 0 = the host has none of it
  Resources usage;     ///< smoothed
  std::optional<double> available_memory_mib;  ///< unknown: not checked
  /// Why this host takes no VM at all ("settling for 9 s", "suspect"); empty: it may take one.
  std::string closed;
  double reserve = 0;  ///< share of each resource, below the target, that no incoming VM may take
  /// The last samples of its usage, oldest first, at most kSamplesKept: what smoothing with another
  /// mu takes. Empty: unknown.
  std::vector<Resources> samples{};
  bool operator==(const Host&) const = default;
};

struct Vm {
  VmId id;
  std::string name;  ///< shown to people; the id when empty
  HostId host;
  Resources usage;                   ///< reading of the last sample period
  double image_mib = 0;              ///< memory that a migration would copy
  std::optional<double> memory_mib;  ///< configured memory; unknown: not checked
  /// Why this VM can't leave ("passthrough device", "ignored by pattern db*"); empty: it may.
  std::string pinned;
  /// Hosts that can't take this VM, each with the reason ("avoided for 2 min: refused", "known
  /// there").
  std::map<HostId, std::string> barred;
  std::optional<Manner> manner{};  ///< how it would migrate; unknown: nothing is predicted
  bool operator==(const Vm&) const = default;
};

struct Snapshot {
  std::vector<Host> hosts;
  std::vector<Vm> vms;
  bool operator==(const Snapshot&) const = default;
};

}  // namespace prumo::policy
