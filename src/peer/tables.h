#pragma once
// The durable tables about VMs: cooldowns (a VM that has just arrived stays), avoided pairs (a
// destination that refused or failed is not tried again soon), those left alone (whose migration
// stalled or was aborted) and freed ones (what was given up may not come in late). All bounded;
// entries leave by time.

#include <string>
#include <vector>

#include "src/peer/turn.h"

namespace prumo {

inline constexpr std::size_t kMostCooldowns = 256;
inline constexpr std::size_t kMostAvoided = 256;
inline constexpr std::size_t kMostLeftAlone = 256;
inline constexpr std::size_t kMostFreed = 256;
inline constexpr std::size_t kMostOwed = 64;
inline constexpr std::size_t kMostOperatorNeeded = 64;
inline constexpr std::size_t kMostWords = 2000;  ///< bytes of what an operator is told of a VM

/// The VM starts with this host: set with the first look that shows it active here and not on its
/// way, and again until one shows the flag. Not while it is off: it may run elsewhere since.
void set_autostart(Turn&, const VmId&);
/// What is owed to that host for that operation; null: nothing is.
[[nodiscard]] const Owed* owed(const DurableState&, const OpId&, const HostId& to);

void start_cooldown(Turn&, const VmId&);
void start_cooldown(Turn&, const VmId&, Duration);
/// Time left of the VM's cooldown; zero when there is none.
[[nodiscard]] Duration cooldown_left(const DurableState&, const VmId&, Instant now);

/// Twice as long as the last time, when that is not long past.
void start_avoiding(Turn&, const VmId&, const HostId&, const std::string& reason);
/// The reason why this pair is avoided now; null when it is not.
[[nodiscard]] const Avoided* avoided(const DurableState&, const VmId&, const HostId&, Instant now);

/// No coordinator moves this VM for a while: twice as long as the last time, when that is not long
/// past, from `avoid` to `avoid_most`.
void leave_alone(Turn&, const VmId&, const std::string& reason);
/// Why, and for how long; null: it is not left alone now.
[[nodiscard]] const LeftAlone* left_alone(const DurableState&, const VmId&, Instant now);
/// It has migrated well: the next time begins with the shortest.
void forget_left_alone(Turn&, const VmId&);

/// The slot was given up before the VM came in.
void remember_freed(Turn&, const VmId&, const OpId&);
/// The operation that the slot was last given up for; null when none is remembered.
[[nodiscard]] const Freed* freed(const DurableState&, const VmId&, Instant now);

/// Drops what is over. An avoided pair and a VM left alone are remembered for their length once
/// more, so that the next can double.
void prune_tables(Turn&);
/// When `prune_tables` has something to do.
[[nodiscard]] Instant tables_deadline(const DurableState&);

/// Notes a VM that nobody but an operator can judge; said once.
void need_operator(Turn&, const VmId&, const std::string& name, const std::string& why);
[[nodiscard]] bool needs_operator(const DurableState&, const VmId&);

/// Deadlines of another boot begin anew. Call once after a start.
void adopt_deadlines(DurableState&, const std::string& boot_id, Instant now);

}  // namespace prumo
