#pragma once
// libvirt and QEMU of all hosts: the ground truth about where each VM is. A migration is the source
// hypervisor's own job, as in a peer-to-peer migration of libvirt: it goes on when the daemon that
// asked for it dies, its connect may hang for up to a minute and then go through, and its result is
// told to whoever asked, if they still live.
//
//   kWaiting ─▶ kConnecting ─▶ kCopying ─ source paused ─▶ kPerformed ─ Finish ─▶ kFinishing ─
//   answer ─▶ the source forgets the VM
//
// Whoever is lost takes with it what it had: the source's power before Finish the VM, the
// destination's the incoming copy. Where the answer to Finish is lost, libvirt resumes the source
// although the destination runs. A libvirtd that dies and comes back finds each job in one of these
// phases, and does what the real one does: PERFORM3 is cancelled, PERFORM3_DONE is left paused, an
// incoming copy that does not run is killed. Only these files move, start or end a VM.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
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
  double slow_finish = 0;      ///< probability that Finish or its answer takes up to 10 s
  double lost_finish = 0;      ///< probability that the answer to Finish is lost
  double endless = 0;          ///< probability that the copying never converges
  double slow_look = 0.02;     ///< probability that a look takes up to 4 s
};

struct MigrationOrder {
  std::optional<OpId> op;
  VmId vm;
  std::size_t from = 0;
  std::size_t to = 0;
  bool clear_autostart = false;
  bool keep_source = false;         ///< leave the definition at the source
  std::function<bool()> watched{};  ///< whoever asked lives, and gives up when nothing is gained
  std::function<void(const MigrationEnded&)> on_end{};          ///< may be empty
  std::function<void(const MigrationProgress&)> on_progress{};  ///< may be empty
};

class Virtualisation {
 public:
  /// The hook: a host's libvirt asks whether the VM may come in. Empty: none is installed.
  using Ask =
      std::function<void(std::size_t host, const VmId&, std::function<void(bool yes)> answer)>;

  Virtualisation(EventHeap&, Random, const Network&, std::vector<Resources> capacities,
                 const std::vector<VmSpec>&, double bandwidth_mib_s, Watcher&, Ask);

  /// Fair weather also lets those converge that would not.
  void set_weather(const HypervisorWeather& weather);

  void migrate(MigrationOrder);
  void abort(std::size_t host, const VmId&);
  void set_autostart(std::size_t host, const VmId&, bool on);

  void hang(std::size_t host, Duration length);
  void stop_hangs();
  [[nodiscard]] bool hangs(std::size_t host) const;
  /// The end of its last hang; may lie ahead.
  [[nodiscard]] TrueTime hung_until(std::size_t host) const { return hosts_[host].hung_until; }
  /// libvirtd dies and is back after `down`; the VMs run on.
  void restart_libvirtd(std::size_t host, Duration down);
  void crash(std::size_t host);
  void boot(std::size_t host);

  // What an operator does with virsh; false: there is nothing there to do it to.
  bool start_vm(std::size_t host, const VmId&);  ///< also resumes a paused one
  bool stop_vm(std::size_t host, const VmId&);   ///< also in the middle of a migration
  bool suspend_vm(std::size_t host, const VmId&);
  bool undefine_vm(std::size_t host, const VmId&);  ///< one that runs becomes transient
  bool define_vm(std::size_t host, const VmId&);    ///< as a stale definition, shut off
  /// An operator has had a hand in it: what becomes of it is not prumo's doing alone.
  [[nodiscard]] bool touched(const VmId& vm) const { return touched_.contains(vm); }
  /// Leaves the VM on one host, running there; where it runs already when it can. False: that
  /// can't be done yet.
  bool tidy(const VmId&);

  /// What a look shows at this moment; `begun` and `connect_uri` are the looker's to fill in.
  [[nodiscard]] Reading look(std::size_t host, bool with_usage) const;
  [[nodiscard]] Resources usage(std::size_t host) const;
  [[nodiscard]] const Resources& capacity(std::size_t host) const { return hosts_[host].capacity; }
  [[nodiscard]] bool runs(std::size_t host, const VmId&) const;
  /// As it truly is at this moment; nothing: neither defined nor active there.
  [[nodiscard]] std::optional<Domain> copy(std::size_t host, const VmId&) const;
  [[nodiscard]] std::vector<std::size_t> where_it_runs(const VmId&) const;
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
    [[nodiscard]] bool active() const { return prumo::active(state); }
  };
  struct Host {
    Resources capacity;
    std::map<VmId, Copy> copies;
    TrueTime hung_until{0};
    /// Those that it got while it hangs, and how long each takes.
    std::vector<std::pair<Duration, std::function<void()>>> commands{};
    TrueTime last_command{0};
    bool up = true;
  };
  enum class Phase : std::uint8_t { kWaiting, kConnecting, kCopying, kPerformed, kFinishing };
  struct Migration {
    MigrationFacts facts;
    MigrationOrder order;
    Random random{0};  ///< its own: one more draw here changes nothing elsewhere
    Phase phase = Phase::kWaiting;
    bool asked = false;     ///< the destination's hook
    bool incoming = false;  ///< shown at the destination
    bool aborted = false;
    bool doomed = false;   ///< will fail half-way
    bool endless = false;  ///< will not converge
    bool cut_off = false;  ///< its connection is gone, the source has not noticed yet
    TrueTime handed{0};
    TrueTime connect_until{0};
    TrueTime unreachable_since = TrueTime::max();
    double total_mib = 0;
    Duration copying{0};
    TrueTime copied_at{0};
    std::optional<Copy> definition;  ///< what was at the destination before
  };

  void command(std::size_t host, std::function<void()> action);
  void serve(std::size_t host);
  void set_running(std::size_t host, const VmId&, Begins);
  [[nodiscard]] Domain shown(const VmId&, const Copy&) const;
  [[nodiscard]] const VmSpec& spec(const VmId&) const;

  // virtualisation_migration.cc
  void begin(std::uint64_t serial);
  void connect(std::uint64_t serial);
  void come_in(std::uint64_t serial);
  void poll_copy(std::uint64_t serial);
  void perform(std::uint64_t serial);
  void finish_there(std::uint64_t serial);
  void hear_finished(std::uint64_t serial);
  void cut_off(Migration&, Duration least, Duration most);
  void fail(std::uint64_t serial, MigrationEnded::How, const std::string& error);
  void remove_incoming(Migration&);
  void drop_incoming(const MigrationFacts&, const std::optional<Copy>& definition);
  void end(Migration&, MigrationEnded);
  [[nodiscard]] Migration* find(std::uint64_t serial, Phase);
  [[nodiscard]] bool reachable(const Migration&) const;
  [[nodiscard]] Duration tail_of_finish(Migration&) const;

  // virtualisation_libvirtd.cc
  void lose_source(Migration&);
  void lose_destination(Migration&);

  EventHeap& heap_;
  Random random_;
  const Network& network_;
  std::vector<Host> hosts_;
  const std::vector<VmSpec>& vms_;
  std::map<VmId, std::size_t> index_;
  double bandwidth_mib_s_;
  Watcher& watcher_;
  Ask ask_;
  HypervisorWeather weather_;
  std::map<std::uint64_t, Migration> migrations_;  ///< those not ended
  std::uint64_t next_serial_ = 1;
  std::set<VmId> touched_;
};

}  // namespace prumo::simulation
