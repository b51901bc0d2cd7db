#pragma once
// The world of the simulated hypervisor: a folder that all simulated hosts share. Nothing of it
// lives in a daemon, so killing one loses no VM, and a migration goes on and ends without whoever
// started it, as libvirt's do.
//
//   hosts/ID       cores, memory_mib, network_mbit; the host's own load base_cpu, base_memory,
//                  base_network
//   hosts/ID.down  while it is there the host is without power: migrations from and to it fail
//   vms/ID         one VM, see below
//   jobs/ID        the migration of that VM that is under way
//   lock           held (flock) by whoever changes files; each is replaced as a whole by rename
//
// A VM's file:
//   id = 5f0c…            the file's name; letters, digits and - _ .
//   name = web1
//   host = h1             where it runs
//   memory_mib = 2048     configured
//   image_mib = 1500      resident, what a migration copies; default memory_mib
//   dirty_mib_s = 20      written while it runs; default 0
//   cpu = 0.5@0 3.0@20    load in cores (see load_pattern.h); default 0
//   memory = 1500         load in MiB; default image_mib
//   network = 100         load in Mbit/s; default 0
//   started = 1700000000  Unix time from which the steps of loads count; default 0: only the last
//                         step holds
//   state = running       or paused, shutoff; default running
//   autostart = false     the default
//   persistent = true     the default
//   pinned = REASON       it can't migrate; default empty
//   wishes = WORDS        how it wants to be migrated, "method=auto deadline=60s"; default empty
//
// A job ends in one place only: `resolve`, called by whichever host looks next after its end. While
// it runs the VM is the source's; then one rename makes it the destination's. So a VM is never on
// two hosts or none.

#include <filesystem>
#include <map>
#include <string>

#include "src/core/ids.h"
#include "src/core/result.h"
#include "src/core/time.h"
#include "src/core/units.h"
#include "src/hypervisor/load_pattern.h"
#include "src/peer/reading.h"

namespace prumo::hypervisor {

struct Load {
  LoadPattern cpu;      ///< cores
  LoadPattern memory;   ///< MiB
  LoadPattern network;  ///< Mbit/s
  [[nodiscard]] Resources at(double seconds) const {
    return {cpu.at(seconds), memory.at(seconds), network.at(seconds)};
  }
};

struct SimulatedHost {
  HostId id;
  Resources capacity;
  Load base;  ///< steps count from Unix time `started`
  double started = 0;
};

struct SimulatedVm {
  VmId id;
  std::string name;
  HostId host;
  double memory_mib = 0;
  double image_mib = 0;
  double dirty_mib_s = 0;
  Load load;
  double started = 0;                         ///< Unix time in seconds
  DomainState state = DomainState::kRunning;  ///< kRunning, kPaused or kShutOff
  bool autostart = false;
  bool persistent = true;
  std::string pinned;
  std::string wishes;
};

/// A migration under way. Its times are of the machine's boot clock, which all simulated hosts
/// share.
struct SimulatedJob {
  VmId vm;
  HostId from;
  HostId to;
  Instant begun;
  Duration total{0};
  Duration downtime{0};
  double total_mib = 0;
};

struct SimulatedWorld {
  std::map<VmId, SimulatedVm> vms;
  std::map<VmId, SimulatedJob> jobs;
};

/// Requires of all: `folder` exists. Errors are one line that names the file.

/// Creates or replaces a host or VM; tests and the demo set their scene with these.
[[nodiscard]] Result<void> define_host(const std::filesystem::path& folder, const SimulatedHost&);
[[nodiscard]] Result<void> define_vm(const std::filesystem::path& folder, const SimulatedVm&);

[[nodiscard]] Result<SimulatedHost> read_host(const std::filesystem::path& folder, const HostId&);
[[nodiscard]] bool is_down(const std::filesystem::path& folder, const HostId&);

/// Ends the jobs whose time has come, then reads everything. Requires: the caller holds the
/// FolderLock. A file that can't be understood is an error: nobody could say on which host its VM
/// is.
[[nodiscard]] Result<SimulatedWorld> resolve(const std::filesystem::path& folder, Instant now);

/// Requires: the caller holds the FolderLock.
[[nodiscard]] Result<void> write_job(const std::filesystem::path& folder, const SimulatedJob&);
[[nodiscard]] Result<void> remove_job(const std::filesystem::path& folder, const VmId&);

}  // namespace prumo::hypervisor
