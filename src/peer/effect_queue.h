#pragma once
// Carries the rule of effects between a peer and whatever carries them out, the daemon and the
// simulator alike: in order, and nothing that comes after a `Persist` before it is stored, except
// immediate sends and notes that nothing waits in front of. What is late or was lost with a failed
// write comes back as an event for the peer; a verdict that was to rest on such a write becomes a
// no.
//
// At most one Persist is in flight. A Persist replaces a waiting one when only notes lie between
// them: the state is written whole, so the later includes the earlier.

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "src/peer/effect.h"
#include "src/peer/event.h"

namespace prumo {

inline constexpr const char* kExpiredReserve = "RESERVE";
inline constexpr const char* kExpiredStart = "StartMigration";

class EffectQueue {
 public:
  /// No more effects than this wait, and no more overtake them. Only a disk that hangs makes so many
  /// wait; further ones are dropped as a failed write's are, but for the last place, a Persist's.
  static constexpr std::size_t kMost = 4096;

  /// Takes what one step has appended, in order.
  void add(Effects);
  /// The next effect to carry out at `now`; empty: nothing can be at present. A `Persist` that is
  /// handed out must be answered by `stored` or `store_failed`. Reports about dropped effects are
  /// added to `events`.
  [[nodiscard]] std::optional<Effect> next(Instant now, std::vector<Event>& events);
  /// The Persist in flight is on disk. Adds `Stored`.
  void stored(std::uint64_t sequence, std::vector<Event>& events);
  /// The Persist in flight failed: what waits is dropped but for notes and aborts. Adds
  /// `StoreFailed` with the highest sequence lost, and `Expired` for each dropped effect of an
  /// operation.
  void store_failed(std::uint64_t sequence, std::string why, std::vector<Event>& events);

  [[nodiscard]] std::size_t size() const { return overtaking_.size() + waiting_.size(); }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }

 private:
  void drop(const Effect&, std::vector<Event>&);

  std::deque<Effect>
      overtaking_;  ///< immediate sends that met a Persist, and what outlived a failed one
  std::deque<Effect> waiting_;
  std::vector<Event> overflow_;  ///< reports not yet handed out
  std::optional<std::uint64_t> in_flight_;
  std::size_t dropped_ = 0;
};

}  // namespace prumo
