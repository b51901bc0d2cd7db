#pragma once
// The reactor: one thread that reads the clock once a turn, hands the peer what has happened, and
// carries out what it asks for. Whatever may block (the disk, the hypervisor, the history) has a
// thread of its own and answers through the inbox.

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "src/core/result.h"
#include "src/daemon/answers.h"
#include "src/daemon/control.h"
#include "src/daemon/dirty_rates.h"
#include "src/daemon/flags.h"
#include "src/daemon/gather.h"
#include "src/daemon/inbox.h"
#include "src/daemon/journal.h"
#include "src/daemon/ledger.h"
#include "src/daemon/looker.h"
#include "src/daemon/parts.h"
#include "src/daemon/storer.h"
#include "src/daemon/vm_wishes.h"
#include "src/daemon/worker.h"
#include "src/peer/effect_queue.h"
#include "src/peer/peer.h"
#include "src/transport/allowance.h"
#include "src/transport/transport.h"

namespace prumo::daemon {

class Daemon : private transport::Sink {
 public:
  /// Requires: `parts` are complete (see open_parts).
  Daemon(config::Config, Parts);
  /// Runs until SIGTERM or SIGINT has been served. Signals must be blocked in all threads before.
  void run();

 private:
  // What the transport brings.
  void on_frame(const HostId& from, std::string_view frame) override;
  void on_request(const transport::Client&, transport::Role, std::string_view frame) override;
  void on_readable(int fd) override;
  void on_refused(const std::string& who, const std::string& what, std::uint64_t times) override;

  void turn();
  void feed(const Event&);
  void drain();
  void carry_out(const Send&);
  void carry_out(const StartMigration&);
  void carry_out(const AbortMigration&);
  void carry_out(const SetAutostart&);
  void carry_out(const Verdict&);
  void carry_out(const Observe&);
  void carry_out(const Persist&);
  void carry_out(const Note&);

  void stored(std::uint64_t sequence, const std::string& why);
  void sampled(Sampled);
  void measure_likely();
  void send(const HostId& to, const Message&);
  void take_frame(const HostId& from, const std::string& bytes);
  void on_signal();
  void reload();
  void leave();
  void take_query(const HostId& from, const Query&);
  void fault(const std::string& from, const std::string& reason, std::uint64_t times = 1);
  [[nodiscard]] nlohmann::json counters() const;
  [[nodiscard]] Instant next_deadline() const;

  config::Config config_;
  Parts parts_;
  Inbox inbox_;
  Journal journal_;
  Peer peer_;
  EffectQueue queue_;
  Looker looker_;
  VmWishes wishes_;
  DirtyRates dirty_rates_;
  Answers answers_;
  Gather gather_;
  Control control_;
  std::atomic<bool> unwanted_{false};  ///< an operator wants the migration under way to end
  Flags flags_;
  Storer storer_;
  Worker migrate_worker_{"prumo-migrate"};
  Worker abort_worker_{"prumo-abort"};
  std::vector<Task> arrived_;  ///< during a poll; looked at after the clock has been read
  std::deque<Event> pending_;
  bool feeding_ = false;
  Instant now_;
  Instant stop_at_ = Instant::never();  ///< set by SIGTERM: by then all is said
  /// What the other hosts ask on the mesh, for their operators.
  struct Asker {
    transport::Allowance allowance;
    std::size_t unanswered = 0;
  };
  std::map<HostId, Asker> askers_;  ///< members that have asked
  Ledger refused_;
};

}  // namespace prumo::daemon
