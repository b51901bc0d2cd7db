#pragma once
// A VM's usage from the counters its hypervisor keeps.
//
// CPU is the time its process spent. Network is the busier direction of its interfaces. Memory is
// what the host spends on it: the resident memory of its process, which goes beyond the guest's own
// by what the emulator needs; and never less than what the guest says it uses, since that comes
// back from swap.

#include <cstdint>
#include <optional>

#include "src/core/units.h"

namespace prumo::hypervisor {

struct VmCounters {
  double at = 0;  ///< seconds of a clock that never goes back
  std::uint64_t cpu_ns = 0;
  std::uint64_t received = 0;  ///< bytes, over all interfaces
  std::uint64_t sent = 0;
};

/// MiB; what is not known is left out.
struct VmMemory {
  double maximum = 0;
  double current = 0;              ///< the balloon's size
  std::optional<double> resident;  ///< of its process
  std::optional<double> usable;    ///< what the guest could still take without swapping
  bool hugepages = false;
};

/// A counter that went back (a new process of the same VM) makes that part 0.
[[nodiscard]] Resources usage_of(const VmCounters& before, const VmCounters& now, const VmMemory&);
[[nodiscard]] double memory_usage_of(const VmMemory&);
/// What a migration would copy, MiB: resident pages, at most the maximum.
[[nodiscard]] double image_of(const VmMemory&);

}  // namespace prumo::hypervisor
