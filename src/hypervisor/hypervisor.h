#pragma once
// The one interface to whatever runs the VMs. Every call may block for long; the daemon calls them
// from threads of their own and never from the reactor.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/migration_settings.h"
#include "src/core/ids.h"
#include "src/core/result.h"
#include "src/core/time.h"
#include "src/host/probe.h"
#include "src/peer/event.h"
#include "src/peer/reading.h"

namespace prumo::hypervisor {

struct Migration {
  OpId op;
  VmId vm;
  std::string name;
  HostId to;
  std::string connect_uri;  ///< of the destination
  std::string migrate_uri;
  policy::MigrationSettings how;
  double image_mib = 0;     ///< what has to be copied, as last seen
  double link_mib_s = 120;  ///< what an unlimited bandwidth is about; above 0
  /// What its guest writes, as measured lately; empty: it is measured where the method needs it.
  std::optional<double> dirty_mib_s;
  /// Whether an operator wants it to end; asked from the thread that migrates. Empty: never.
  std::function<bool()> unwanted;
};

inline constexpr const char* kAbortedBefore = "aborted by an operator before it started";

/// Called from the thread that migrates, about twice a second.
using OnProgress = std::function<void(const MigrationProgress&)>;

class Hypervisor {
 public:
  virtual ~Hypervisor() = default;

  /// Every domain, active or defined. `with_usage`: fill `Domain::usage` over the time since the
  /// last such call, `image_mib` and `pinned` too. Errors: one line, with the cure.
  virtual Result<std::vector<Domain>> domains(bool with_usage) = 0;

  /// MiB/s that each of these VMs writes, measured for about a second. Those that can't be measured
  /// are left out. Callable beside any other call.
  virtual std::map<VmId, double> dirty_rates(const std::vector<VmId>&) = 0;

  /// Migrates live and blocks until it ended, or until the hypervisor's connection is lost
  /// (`kUnknown`). Tests the destination's port first with a short timeout; what goes wrong before
  /// the hypervisor is asked to migrate is `kNotStarted`. Never called for two operations at once.
  virtual MigrationEnded migrate(const Migration&, const OnProgress&) = 0;

  /// Asks the running job of that VM to stop; the end is reported by `migrate`. Callable from any
  /// thread.
  virtual Result<void> abort(const VmId&) = 0;

  /// On only where it is active and not on its way: off, it may run elsewhere.
  virtual Result<void> set_autostart(const VmId&, bool on) = 0;

  /// Tries what `--check-config` promises: the connection, and whether others can reach the
  /// migration address. One line per trouble found, each with the cure.
  virtual std::vector<std::string> check() = 0;

  /// What an operator should know at each start, by looking at files alone. One line each.
  virtual std::vector<std::string> warnings() { return {}; }

  /// Whether prumo's hook is there to be asked.
  [[nodiscard]] virtual Hook hook() const { return Hook::kNone; }

  /// How others reach this hypervisor; empty when it needs no address (simulated).
  [[nodiscard]] virtual std::string connect_uri() const = 0;
  [[nodiscard]] virtual std::string migrate_uri() const = 0;
};

struct LibvirtOptions {
  std::string uri = "qemu:///system";
  /// What other hosts' libvirt connects to, "qemu+tls://h3/system"; `{address}` stands for
  /// `address`.
  std::string connect_uri;
  std::string migrate_uri;    ///< "tcp://10.0.0.3"; empty: libvirt chooses
  bool allow_unsafe = false;  ///< disks on storage libvirt does not know to be shared
  bool allow_defined = false;
  Duration connect_timeout = std::chrono::seconds(2);  ///< of the own port check
};
[[nodiscard]] std::unique_ptr<Hypervisor> make_libvirt(const LibvirtOptions&);

struct SimulatedOptions {
  std::string folder;  ///< shared by all simulated hosts
  HostId host;
  double bandwidth_mib_s = 100;
};
/// Errors: the host's file is missing or can't be understood.
[[nodiscard]] Result<std::unique_ptr<Hypervisor>> make_simulated(const SimulatedOptions&);
/// What that simulated host has and spends: its own load and its VMs'.
[[nodiscard]] std::unique_ptr<host::Probe> make_simulated_probe(const SimulatedOptions&);

}  // namespace prumo::hypervisor
