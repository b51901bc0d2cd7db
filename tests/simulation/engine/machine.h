#pragma once
// One host: its hardware (power, clock, disk) and the daemon on it. The daemon is the very Peer and
// EffectQueue that ship, behind a reactor as thin as the real one: events in, effects out, frames
// encoded and decoded. What the machine adds is everything that can go wrong around them.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "src/peer/effect_queue.h"
#include "src/peer/peer.h"
#include "src/peer/write_watch.h"
#include "tests/simulation/engine/disk.h"
#include "tests/simulation/engine/event_heap.h"
#include "tests/simulation/engine/fingerprint.h"
#include "tests/simulation/engine/network.h"
#include "tests/simulation/engine/scenario.h"
#include "tests/simulation/engine/true_time.h"
#include "tests/simulation/engine/virtualisation.h"
#include "tests/simulation/engine/watcher.h"

namespace prumo::simulation {

class Machine {
 public:
  /// What surrounds every machine; outlives it.
  struct World {
    EventHeap& heap;
    Network& network;
    Virtualisation& virtualisation;
    Watcher& watcher;
    Fingerprint& fingerprint;
    const Scenario& scenario;
  };

  Machine(World, std::size_t index, Random);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  /// The daemon starts within `wait`, if the host is up and none runs.
  void start_daemon(Duration wait);
  /// kill -9; started again after `down`.
  void kill_daemon(Duration down);
  /// SIGTERM, and kill when the last effects are out; started again after `down`.
  void shut_daemon_down(Duration down);
  /// The host loses power and boots after `down`.
  void crash(Duration down);
  /// Killed, or without power, when its next write has landed and nothing has followed from it.
  void die_after_next_write(Duration down, bool power);
  /// SIGSTOP for so long.
  void stop(Duration length);
  /// Ends a stop, a crash or a kill that still lasts.
  void mend();
  /// The clone is there, with that in its store, and boots.
  void appear(const DurableState& store);
  /// Its daemon ends for good; its hypervisor runs on.
  void remove();
  /// Always, but of a clone: it has appeared and was not removed.
  [[nodiscard]] bool present() const { return present_; }
  /// When it was removed; never: it was not.
  [[nodiscard]] TrueTime removed_at() const { return removed_at_; }

  void receive(std::size_t from, const std::string& frame);
  /// libvirt's hook asks the daemon; `answer` is called within a second.
  void ask(const VmId&, std::function<void(bool yes)> answer);
  void request(const Operator&);
  /// Its members folder, from now on.
  void set_members(const Members&);
  [[nodiscard]] const Members& members() const { return members_; }

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] const HostClock& clock() const { return clock_; }
  [[nodiscard]] Instant now() const { return clock_.local(world_.heap.now()); }
  [[nodiscard]] Disk& disk() { return disk_; }
  [[nodiscard]] const Disk& disk() const { return disk_; }
  [[nodiscard]] bool up() const { return up_; }
  [[nodiscard]] bool stopped() const { return world_.heap.now() < stopped_until_; }
  /// The running daemon's peer; nothing while none runs.
  [[nodiscard]] const Peer* peer() const { return process_ ? &process_->peer : nullptr; }
  [[nodiscard]] std::size_t queued() const;

 private:
  struct Process {
    Peer peer;
    EffectQueue queue;
    RunId run;
    WriteWatch writes{};
  };
  using Task = std::function<void()>;

  void power_on();
  void tell(const std::string& what);
  void begin_process();
  [[nodiscard]] std::string boot_id() const;
  void end_process();
  /// Runs in the daemon's loop: now, or when it is continued; never in another process.
  void post(Task task);
  /// For results that come from outside: scheduled, and dropped when the process is another one by
  /// then.
  void post_after(Duration wait, Task task);
  void resume();
  void step(const Event&);
  void carry_out();
  void carry_out(Effect);
  void send(Send);
  void start_migration(const StartMigration&);
  void persist(const Persist&);
  /// What the disk said of a write, or its silence.
  void persisted(std::uint64_t sequence, bool ok);
  void conclude(std::uint64_t question, bool yes);
  void arm();
  void sample();
  void look(bool with_usage);
  /// For a breakage: at once, and without that VM.
  void see_without(const VmId&);

  World world_;
  std::size_t index_;
  Random random_;
  HostClock clock_;
  Disk disk_;
  Members members_;
  bool present_;
  TrueTime removed_at_ = TrueTime::max();
  bool up_;
  std::uint64_t boots_ = 0;
  std::uint64_t life_ = 0;        ///< raised when a process ends
  std::uint64_t power_life_ = 0;  ///< raised when the power goes or comes
  std::optional<Process> process_;
  TrueTime stopped_until_{0};
  std::deque<Task> waiting_;  ///< while stopped
  struct Doom {
    Duration down;
    bool power = false;
  };
  std::optional<Doom> doom_;  ///< at the next write
  TrueTime armed_for_ = TrueTime::max();
  Effects effects_;
  std::uint64_t questions_ = 0;
  std::map<std::uint64_t, std::function<void(bool)>> asked_;  ///< by the hook, unanswered
  bool observing_ = false;                                    ///< a look in between is under way
  bool observe_again_ = false;
};

}  // namespace prumo::simulation
