#include "src/hypervisor/vm_usage.h"

#include <algorithm>

namespace prumo::hypervisor {
namespace {

double rate(std::uint64_t before, std::uint64_t now, double seconds) {
  return now > before ? static_cast<double>(now - before) / seconds : 0.0;
}

/// Pages on hugetlbfs are in no process's resident memory, and are all taken at the start.
double resident(const VmMemory& memory) {
  return memory.hugepages ? memory.current : memory.resident.value_or(memory.current);
}

}  // namespace

double memory_usage_of(const VmMemory& memory) {
  const double in_guest =
      memory.usable ? std::clamp(memory.current - *memory.usable, 0.0, memory.current) : 0.0;
  return std::max(resident(memory), in_guest);
}

double image_of(const VmMemory& memory) { return std::min(resident(memory), memory.maximum); }

Resources usage_of(const VmCounters& before, const VmCounters& now, const VmMemory& memory) {
  Resources usage{0, memory_usage_of(memory), 0};
  const double seconds = now.at - before.at;
  if (seconds <= 0) return usage;
  usage.cpu = rate(before.cpu_ns, now.cpu_ns, seconds) / 1e9;
  usage.network =
      std::max(rate(before.received, now.received, seconds), rate(before.sent, now.sent, seconds)) *
      8 / 1e6;
  return usage;
}

}  // namespace prumo::hypervisor
