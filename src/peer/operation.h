#pragma once
// The source's operation: at most one at a time, started at most once, also across crashes.
//
//   order ─▶ kReserving (durable) ─ RESERVE ─▶ RESERVED in time
//         ─▶ kStarted (durable) ─ StartMigration ─▶ the hypervisor's word, or readings
//         ─▶ outcome: MIGRATION_FINISHED, RELEASE
//
// One RESERVE per operation; a later try is a new operation. Of the hypervisor's word only "done"
// and "not started" are taken as they are. A failure, or no word at all (connection lost, daemon
// restarted), is a doubt that readings must settle. The moves of a set follow one another, each
// after another look; what refuses or fails, a newer epoch or a restart drops the rest.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/peer/doubt.h"
#include "src/peer/dues.h"
#include "src/peer/event.h"
#include "src/peer/own_host.h"
#include "src/peer/told.h"
#include "src/peer/turn.h"

namespace prumo {

class Operation {
 public:
  explicit Operation(const DurableState& restored, Instant start);

  /// Nothing is under way and nothing is left of a set.
  [[nodiscard]] static bool idle(const DurableState& durable) {
    return !durable.operation && durable.rest.empty();
  }
  /// Begins to carry out the order. Requires: `idle`.
  void obey(Turn&, const Migrate&, Dues&, const OwnHost&, const Members&);
  /// Begins what an operator has ordered. Requires: `why_not_by_hand` has nothing against it.
  OpId obey(Turn&, const MoveByHand&, const OwnHost&);
  void reserved(Turn&, const HostId& from, const Reserved&, Dues&);
  void refused(Turn&, const HostId& from, const Refused&, Dues&);
  void asked(Turn&, const HostId& from, const Ask&, Dues&, const OwnHost&);
  void progress(const DurableState&, const MigrationProgress&);
  void ended(Turn&, const MigrationEnded&, Dues&);
  /// A RESERVE or a start came too late, or its record could not be stored: nothing has been
  /// started.
  void expired(Turn&, const OpId&, const std::string& what, Dues&);
  /// `by_operator`: and the VM is left alone for a while; else the daemon leaves.
  void abort(Turn&, const OpId&, Dues&, bool by_operator);
  /// After each reading that counts as evidence.
  void looked(Turn&, Dues&, const OwnHost&, const Members&);
  /// A look that the hypervisor did not answer.
  void unanswered() {
    if (doubt_) doubt_->unanswered();
  }
  void tick(Turn&, Dues&);
  [[nodiscard]] Instant next_deadline(const DurableState&) const;

  [[nodiscard]] const std::optional<MigrationProgress>& progress() const { return progress_; }
  /// Migrations that this run of the daemon has begun within the last hour.
  [[nodiscard]] std::uint32_t begun_lately(Instant now) const;
  /// When the last operation ended; empty when none has in this run.
  [[nodiscard]] std::optional<Instant> last_end() const { return last_end_; }

 private:
  void begin_next(Turn&, Dues&, const OwnHost&, const Members&, bool later);
  void begin(Turn&, const OpId&, const Domain&, const HostId& to,
             const std::optional<policy::Forecast>&);
  void finish(Turn&, Dues&, Outcome, std::string reason, bool proven = true);
  void drop_rest(Turn&, Dues&, const std::string& why);
  void settle_doubt(Turn&, Dues&, const OwnHost&);
  /// It did not migrate, and is here.
  void found_here(Turn&, Dues&);

  bool recover_ = false;   ///< a record was restored and has not been looked at
  Instant reserve_until_;  ///< a RESERVED after this starts nothing
  std::optional<Doubt> doubt_;
  Told asked_;                         ///< about operations that are not known here
  OpId aborted_;                       ///< the operation that an operator wants to end
  std::string words_;                  ///< how the operation ordered by hand is to migrate its VM
  std::uint32_t by_hand_ = 0;          ///< how many were, in this run
  std::optional<Instant> look_again_;  ///< before the next of the set: a reading begun after this
  Instant observe_next_ = Instant::never();
  std::optional<MigrationProgress> progress_;
  std::optional<Instant> last_end_;
  std::vector<Instant> begun_;  ///< when, of the last hour
};

}  // namespace prumo
