#pragma once
// What is worth telling before the next round. An entry names a subject, not a state: what is sent
// is what is known at that moment, so a queue never spreads old news and holds at most one entry a
// member, besides the few further accusers of a suspect, who count one by one. Each batch goes to
// kRumourFanout random peers; an entry is dropped after `relay_steps` batches, or when it has
// waited so long for the budget that a round has told it anyway.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "src/core/ids.h"
#include "src/core/time.h"

namespace prumo::gossip {

/// Receivers of each batch. With 3, after t batches at most 4^t peers know: 50 after three.
inline constexpr std::size_t kRumourFanout = 3;

/// Batches in which a peer passes a rumour on: 4·log10(members + 1), rounded up.
[[nodiscard]] std::uint32_t relay_steps(std::size_t members);

struct RumourKey {
  HostId subject;
  HostId accuser;  ///< a further accuser of a suspect; empty: the subject's state
  auto operator<=>(const RumourKey&) const = default;
};

class RumourQueue {
 public:
  /// Tells (again) from the start; what was said of the subject's accusers before is moot.
  void add(const HostId& subject, bool with_summary, Instant now);
  void add_accuser(const HostId& subject, const HostId& accuser, Instant now);
  /// Counts one batch in which it was sent.
  void sent(const RumourKey&, std::uint32_t steps);
  void drop(const RumourKey& key) { entries_.erase(key); }
  void drop_subject(const HostId&);
  /// For a new suspicion: who accused before, of another incarnation say, does not count for it.
  void drop_accusers(const HostId& subject);
  void drop_older_than(Instant);
  void clear() { entries_.clear(); }

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool with_summary(const RumourKey&) const;
  /// The least told first, ties by key.
  [[nodiscard]] std::vector<RumourKey> in_order() const;

 private:
  struct Entry {
    Instant since;
    std::uint32_t sent = 0;
    bool with_summary = false;
  };
  std::map<RumourKey, Entry> entries_;
};

}  // namespace prumo::gossip
