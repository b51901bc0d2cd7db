#pragma once
// libvirt and QEMU of all hosts: the ground truth about where each VM is. A migration is the source
// hypervisor's own job, as in a peer-to-peer migration of libvirt: it goes on when the daemon that
// asked for it dies, its connect may hang for up to a minute and then go through, and its result is
// told to whoever asked, if they still live. When the source dies before the switch the VM dies
// with it; when the destination does, the VM runs on at the source. Nobody but this file moves,
// starts or ends a VM.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "src/core/random.h"
#include "src/peer/event.h"
#include "tests/simulation/engine/event_heap.h"
#include "tests/simulation/engine/network.h"
#include "tests/simulation/engine/vm.h"
#include "tests/simulation/engine/watcher.h"

namespace prumo::simulation {

struct HypervisorWeather {
  double slow_start = 0;       ///< probability that an order waits up to 2 s in the hypervisor
  double hanging_connect = 0;  ///< probability that the connect takes up to a minute
  double failure = 0;          ///< probability that a migration fails half-way
  double silent_arrival = 0;   ///< probability that no event announces an incoming VM
};

struct MigrationOrder {
  std::optional<OpId> op;
  VmId vm;
  std::size_t from = 0;
  std::size_t to = 0;
  bool clear_autostart = false;
  std::function<void(const MigrationEnded&)> on_end;          ///< may be empty
  std::function<void(const MigrationProgress&)> on_progress;  ///< may be empty
};

class Virtualisation {
 public:
  /// Announces an incoming VM to the daemon of a host.
  using Announce = std::function<void(std::size_t host, const VmId&)>;

  Virtualisation(EventHeap&, Random, const Network&, std::vector<Resources> capacities,
                 const std::vector<VmSpec>&, double bandwidth_mib_s, Watcher&, Announce);

  void set_weather(const HypervisorWeather& weather) { weather_ = weather; }

  void migrate(MigrationOrder);
  void abort(std::size_t host, const VmId&);
  void set_autostart(std::size_t host, const VmId&, bool on);

  void hang(std::size_t host, Duration length);
  void stop_hangs();
  [[nodiscard]] bool hangs(std::size_t host) const;
  void crash(std::size_t host);
  void boot(std::size_t host);

  /// What a look shows at this moment; `begun` and `connect_uri` are the looker's to fill in.
  [[nodiscard]] Reading look(std::size_t host, bool with_usage) const;
  [[nodiscard]] Resources usage(std::size_t host) const;
  [[nodiscard]] const Resources& capacity(std::size_t host) const { return hosts_[host].capacity; }
  [[nodiscard]] bool runs(std::size_t host, const VmId&) const;
  /// prumo's migrations that run now.
  [[nodiscard]] std::size_t migrating() const;
  [[nodiscard]] const std::vector<VmSpec>& vms() const { return vms_; }

 private:
  struct Copy {
    DomainState state = DomainState::kShutOff;
    Job job = Job::kNone;
    bool persistent = false;
    bool autostart = false;
    std::optional<MigrationFacts> coming =
        std::nullopt;  ///< by which migration, while it is incoming
    [[nodiscard]] bool runs() const { return state == DomainState::kRunning; }
  };
  struct Host {
    Resources capacity;
    std::map<VmId, Copy> copies;
    TrueTime hung_until{0};
    TrueTime last_command{0};
    bool up = true;
  };
  enum class Phase : std::uint8_t { kWaiting, kConnecting, kCopying, kSwitched, kEnded };
  struct Migration {
    MigrationFacts facts;
    MigrationOrder order;
    Phase phase = Phase::kWaiting;
    bool incoming = false;  ///< shown at the destination
    bool aborted = false;
    bool doomed = false;  ///< will fail half-way
    TrueTime handed{0};
    TrueTime connect_until{0};
    TrueTime unreachable_since = TrueTime::max();
    double total_mib = 0;
    Duration copying{0};
    TrueTime copied_at{0};
    std::optional<Copy> definition;  ///< what was at the destination before
  };

  void command(std::size_t host, std::function<void()> action);
  void begin(std::uint64_t serial);
  void connect(std::uint64_t serial);
  void poll_copy(std::uint64_t serial);
  void switch_over(std::uint64_t serial);
  void confirm(std::uint64_t serial);
  void fail(std::uint64_t serial, MigrationEnded::How, const std::string& error);
  void remove_incoming(const Migration&);
  void finish(Migration&, MigrationEnded);
  void set_running(std::size_t host, const VmId&);
  [[nodiscard]] Migration* find(std::uint64_t serial, Phase);
  [[nodiscard]] bool reachable(const Migration&) const;
  [[nodiscard]] const VmSpec& spec(const VmId&) const;

  EventHeap& heap_;
  Random random_;
  const Network& network_;
  std::vector<Host> hosts_;
  const std::vector<VmSpec>& vms_;
  std::map<VmId, std::size_t> index_;
  double bandwidth_mib_s_;
  Watcher& watcher_;
  Announce announce_;
  HypervisorWeather weather_;
  std::map<std::uint64_t, Migration> migrations_;  ///< those not ended
  std::uint64_t next_serial_ = 1;
};

}  // namespace prumo::simulation
