#pragma once
// Two daemons that use one id (a cloned image). A run number is drawn at random at each start, so a
// run that speaks again after another run of the same id has been heard, with an incarnation not
// below that one's, lives beside it. A mere restart changes the run once and for all; its
// stragglers carry a lower incarnation, also when the run they come from was never heard before. A
// run that begins with a lower one has lost its store, when the other is silent from then on. Not
// noticed: a straggler of a run whose store was lost, which looks like a clone.

#include <array>
#include <map>

#include "src/core/ids.h"
#include "src/core/members.h"

namespace prumo {

class Duplicates {
 public:
  /// Notes who spoke; true when that id is used twice. Requires: `id` is a member.
  [[nodiscard]] bool heard(const HostId& id, Incarnation, RunId);
  /// It begins again with a start count that another run had: its store was lost, and with it the
  /// votes that it gave. Requires: `heard` was told of it.
  [[nodiscard]] bool forgetful(const HostId& id, Incarnation, RunId) const;
  /// An operator has looked: what was heard until now counts no more.
  void forget(const HostId& id) { seen_.erase(id); }
  /// Forgets who is no member.
  void keep_only(const Members&);

 private:
  struct Seen {
    std::uint32_t starts = 0;
    RunId run;
    RunId first;                     ///< the first run heard with `starts`
    std::array<RunId, 4> earlier{};  ///< or of a lower incarnation; newest first; 0: none
    bool answered = true;  ///< `run` has spoken since the first of `earlier` was first heard
  };
  std::map<HostId, Seen> seen_;
};

}  // namespace prumo
