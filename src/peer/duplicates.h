#pragma once
// Two daemons that use one id (a cloned image). A run number is drawn at random at each start, so a
// run that speaks again after another run of the same id has been heard, with an incarnation not
// below that one's, lives beside it. A mere restart changes the run once and for all; its
// stragglers carry a lower incarnation, also when the run they come from was never heard before. A
// run that begins with a lower one has lost its store, when the other is silent from then on. Not
// noticed: a straggler of a run whose store was lost, which looks like a clone.
//
// One that never hears of the other does not raise its incarnation, and looks like a straggler for
// ever. But no frame is on its way for longer than `kLatest`: where either run has been heard later
// than that after the other was first heard, both live, whatever they count.
//
// Who has lost its store learns so from those who have heard it before. What they need for that,
// `remembered`, is durable: they may be restarted before they meet it.

#include <array>
#include <map>
#include <optional>

#include "src/core/ids.h"
#include "src/core/members.h"
#include "src/core/time.h"
#include "src/peer/durable.h"

namespace prumo {

class Duplicates {
 public:
  /// Longer than any frame is held back: by the network, in a socket, by a process that is stopped.
  static constexpr Duration kLatest = 60s;

  using Remembered = std::map<HostId, KnownStarts>;

  Duplicates(const Remembered&, const Members&);
  /// Notes who spoke; true when that id is used twice. Requires: `id` is a member.
  [[nodiscard]] bool heard(const HostId& id, Incarnation, RunId, Instant now);
  /// The start count that another run of it had, when it begins again with no higher one: its store
  /// was lost, and with it the votes that it gave. Requires: `heard` was told of it.
  [[nodiscard]] std::optional<std::uint32_t> forgotten(const HostId& id, Incarnation, RunId) const;
  /// An operator has looked: what was heard until now counts no more.
  void forget(const HostId& id) { news_ = seen_.erase(id) > 0 || news_; }
  /// Forgets who is no member.
  void keep_only(const Members&);
  /// There is more to remember than when `remembered` was last called.
  [[nodiscard]] bool news() const { return news_; }
  /// What a restart shall not forget; a start count that no host reaches is forgotten by it.
  [[nodiscard]] Remembered remembered();

 private:
  struct Run {
    RunId id;
    Instant first;
    Instant last;
  };
  struct Seen {
    std::uint32_t starts = 0;
    RunId run;
    RunId first;                ///< the first run heard with `starts`
    std::array<Run, 5> runs{};  ///< heard lately, the newest first; 0: none
    bool answered = true;       ///< `run` has spoken since the newest of `runs` was first heard
  };
  /// Whether it lives beside another, by when they were heard.
  [[nodiscard]] static bool beside_another(const Seen&, const Run&, Instant now);

  std::map<HostId, Seen> seen_;
  bool news_ = false;
};

}  // namespace prumo
