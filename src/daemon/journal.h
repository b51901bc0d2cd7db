#pragma once
// Where worded notes go: the log, the history on disk, a short memory for the event stream, and a
// counter per kind. Log and history are written by threads of their own: neither a disk nor a
// terminal that hangs may stop the reactor.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/core/ids.h"
#include "src/daemon/inbox.h"
#include "src/daemon/notes.h"
#include "src/daemon/worker.h"
#include "src/store/store.h"
#include "src/transport/allowance.h"

namespace prumo::daemon {

class Journal {
 public:
  /// Requires: history and inbox outlive the journal.
  Journal(HostId self, RunId run, store::History& history, Inbox& inbox);

  void add(const Note&);
  /// A line of the daemon's own: kind, text.
  void say(Level, const std::string& kind, const std::string& text);

  /// {"cursor": …, "events": […]}: what came after `cursor`; with an empty cursor, only where to go
  /// on from.
  [[nodiscard]] nlohmann::json events_after(const std::string& cursor) const;

  /// Makes an answer out of entries, newest first. Called in the history's thread, since entries
  /// take long to be read; it may use nothing of the reactor's.
  using Make = std::function<nlohmann::json(const std::vector<store::HistoryEntry>&)>;
  using Made = std::function<void(nlohmann::json)>;
  /// Looks into the history; `done` runs in the reactor. `mention`: only entries in whose JSON this
  /// text stands; empty: all. Finds nothing when too many others look already.
  void find(std::vector<std::string> kinds, std::string subject, std::size_t most, Make make,
            Made done, std::string mention = "");
  /// Looks up what a round was decided on, in the same way.
  void find_basis(std::string round, std::function<void(std::optional<store::Basis>)> done);

  [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
  /// Waits until the history and the log are written, each for at most `timeout`. False: not all
  /// of them is.
  [[nodiscard]] bool flush(Duration timeout);

 private:
  void add(const Line&);
  void log(Level, std::string text);
  void keep(const note::Weighed&);

  HostId self_;
  std::string run_;
  store::History& history_;
  Inbox& inbox_;
  Worker worker_{"prumo-history"};
  Worker log_{"prumo-log"};
  std::uint64_t unlogged_ = 0;  ///< lines since the log was last able to take one
  std::deque<nlohmann::json> recent_;
  std::uint64_t next_ = 0;  ///< sequence of the next event; recent_ holds those just before
  std::map<std::string, std::uint64_t> counts_;
  /// Other hosts can cause lines; no kind may fill the log or push all else out of the history.
  struct Pace {
    transport::Allowance allowance;
    std::uint64_t left_out = 0;
  };
  std::map<std::string, Pace> paces_;  ///< by kind
  std::string told_;                   ///< the history's trouble, said once
};

}  // namespace prumo::daemon
