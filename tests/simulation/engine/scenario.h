#pragma once
// One run, drawn from its seed: the hosts, their VMs and loads, the settings within their legal
// ranges, and what goes wrong how often. A scenario is plain data, so that a test can draw one and
// bend it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/core/members.h"
#include "src/peer/parameters.h"
#include "tests/simulation/engine/breakage.h"
#include "tests/simulation/engine/clone.h"
#include "tests/simulation/engine/disk.h"
#include "tests/simulation/engine/network.h"
#include "tests/simulation/engine/provocation.h"
#include "tests/simulation/engine/virtualisation.h"
#include "tests/simulation/engine/vm.h"

namespace prumo::simulation {

/// How long it takes on average, over the whole cluster, until the next of each; nothing: it does
/// not happen.
struct FaultGaps {
  std::optional<Duration> crash;      ///< a host loses power and boots later
  std::optional<Duration> kill;       ///< kill -9 of a daemon, which is started again
  std::optional<Duration> stop;       ///< SIGSTOP for a while
  std::optional<Duration> between;    ///< a daemon dies right after a write, before what follows it
  std::optional<Duration> cut;        ///< any shape of cut in the network
  std::optional<Duration> clog;       ///< a link holds all back for a while
  std::optional<Duration> hang;       ///< a hypervisor does not answer
  std::optional<Duration> libvirtd;   ///< a libvirtd dies and is started again
  std::optional<Duration> disk;       ///< a disk fails or crawls for a while
  std::optional<Duration> stall;      ///< a disk does not answer for a while
  std::optional<Duration> store;      ///< a store is lost, damaged or rolled back
  std::optional<Duration> operation;  ///< an operator does something with prumo
  std::optional<Duration> virsh;      ///< … past it
  std::optional<Duration> by_hand;    ///< … moves a VM with it
  std::optional<Duration> members;    ///< the list of members changes, host by host
};

struct HostSpec {
  std::int64_t rate_ppm = 1'000'000;  ///< of its clock
  Duration uptime{0};
  Resources capacity;
};

struct Scenario {
  std::uint64_t seed = 0;
  std::vector<HostSpec> hosts;  ///< the members in their order, then the clone, if there is one
  Members members;
  std::optional<Clone> clone;
  std::vector<VmSpec> vms;
  Parameters parameters;  ///< what the peers run with
  Parameters promised;    ///< what the checkers hold them to; the same, unless a test bends one
  double bandwidth_mib_s = 500;
  NetworkWeather network;
  DiskWeather disk;
  HypervisorWeather hypervisor;
  FaultGaps faults;
  Duration faults_last{0};  ///< then all is mended
  /// After that, all must be well within so long; 0: the run ends with the faults.
  Duration quiet_within{0};
  /// No two clocks differ by more than the peers suppose; otherwise two may hold a lease.
  bool drift_kept = true;
  /// libvirt asks a hook before it takes a VM in; without one nothing announces it.
  bool hook = false;
  bool hook_yes_when_silent = true;  ///< what it says for a daemon that does not answer
  Provocation provocation;
  Breakage breakage;

  /// Of the clone: that of its original.
  [[nodiscard]] const HostId& id(std::size_t host) const {
    return members.list()[host < members.size() ? host : clone->of].id;
  }
  /// For people: the id, and of the clone with a mark.
  [[nodiscard]] std::string name(std::size_t host) const {
    return id(host).value + (host < members.size() ? "" : "'");
  }
  /// Requires: `id` is a member.
  [[nodiscard]] std::size_t index(const HostId& id) const;
  /// The highest rank.
  [[nodiscard]] std::size_t leader() const;
};

struct Limits {
  std::optional<std::size_t> hosts;
  std::optional<Duration> faults_last;
};

[[nodiscard]] Scenario draw_scenario(std::uint64_t seed, const Limits& = {});

}  // namespace prumo::simulation
