#pragma once
// What a host tells all others about itself. Only the owner writes it; it travels with a version.

#include <cstdint>
#include <string>
#include <vector>

#include "src/core/ids.h"
#include "src/core/time.h"
#include "src/core/units.h"

namespace prumo::gossip {

/// Where a host's one slot for an incoming VM stands (design: relief round).
enum class SlotState : std::uint8_t { kFree, kHeld, kIncoming, kSettling, kForeign, kUnknown };

enum class Mode : std::uint8_t { kAuto, kAdvise };

/// The cluster-wide brake: a last-writer-wins register. The higher (stamp, by) holds.
struct Pause {
  bool on = false;
  std::uint64_t stamp = 0;
  HostId by;
  bool operator==(const Pause&) const = default;
  [[nodiscard]] bool supersedes(const Pause& other) const {
    return std::pair(stamp, by) > std::pair(other.stamp, other.by);
  }
};

struct Summary {
  Resources capacity;       ///< cores, MiB, Mbit/s
  Resources usage;          ///< smoothed, same units
  Utilisation utilisation;  ///< smoothed usage / capacity
  std::uint32_t vm_count = 0;
  std::uint32_t samples = 0;  ///< taken since the daemon's start, capped

  SlotState slot = SlotState::kUnknown;
  std::string receiving;  ///< name of the VM in the slot, empty when free
  HostId receiving_from;
  Duration slot_remaining{0};  ///< of settling, as of this version
  std::string sending;         ///< name of the VM that leaves, empty when none
  HostId sending_to;

  HostId coordinator;  ///< whom the owner follows; empty when none
  Epoch epoch;

  bool overloaded = false;
  bool healthy = false;  ///< its hypervisor answers
  bool needs_operator = false;
  std::string trouble;  ///< one short line, empty when all is well
  Mode mode = Mode::kAuto;
  Pause pause;
  std::uint16_t minor = 0;             ///< protocol minor that the owner speaks
  bool without_hook = false;           ///< its hypervisor takes VMs in without asking it
  std::vector<std::uint32_t> running;  ///< hashes of the VMs that run on it, ascending

  bool operator==(const Summary&) const = default;
};

}  // namespace prumo::gossip
