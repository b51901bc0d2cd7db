#pragma once
// What this host still owes to others after its operations: MIGRATION_FINISHED to whoever
// coordinates, RELEASE to the destination. Both durable, repeated every `report_interval` until
// acknowledged. What a member no longer in the list is owed is forgotten.

#include <optional>

#include "src/core/members.h"
#include "src/peer/event.h"
#include "src/peer/own_host.h"
#include "src/peer/turn.h"

namespace prumo {

class Dues {
 public:
  explicit Dues(Instant start) : ended_(start) {}

  /// An operation ended, and is reported.
  void add(Turn&, const MigrationFinished&);
  /// … and the destination is released. Only readings begun after `since` tell where the VM is.
  void add(Turn&, const MigrationFinished&, const Owed& release, Instant since);
  void acknowledged(Turn&, const FinishedAck&);
  void acknowledged(Turn&, const HostId& from, const ReleaseAck&, const OwnHost&);
  /// Answers ASK about an operation that is over. False: none such is owed.
  bool asked(Turn&, const HostId& from, const Ask&, const OwnHost&);
  /// An operator has decided where the VM is.
  void settled(Turn&, const VmId&, const OwnHost&);
  /// After each reading that counts as evidence; `first` after the start.
  void looked(Turn&, const OwnHost&, bool first);
  void tick(Turn&, const std::optional<HostId>& coordinator, const Members&, const OwnHost&);
  [[nodiscard]] Instant next_deadline(const DurableState&) const;

 private:
  /// Nothing while it is not known where the VM is.
  void release(Turn&, const Owed&, const OwnHost&);

  Instant next_{};
  bool unread_ = false;  ///< a release waits for a reading
  Instant ended_;        ///< `since` of the newest operation
};

}  // namespace prumo
