#pragma once
// Everything that a peer can ask for. Effects are carried out in order: after a `Persist`, the
// later ones wait until it is stored, except sends marked immediate (see effect_queue.h).

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "src/peer/durable.h"
#include "src/peer/message.h"
#include "src/peer/note.h"

namespace prumo {

struct Send {
  HostId to;
  Message message;
  std::optional<Instant> not_after;  ///< carried out later: dropped, and reported as `Expired`
  bool immediate = false;  ///< heartbeats and their acknowledgements overtake a pending Persist
};
struct StartMigration {
  OpId op;
  VmId vm;
  std::string name;
  HostId to;
  std::string connect_uri;
  std::string migrate_uri;
  bool clear_autostart = false;  ///< before the start; it is noted in the record
  Instant not_after;
  std::string words{};  ///< of who ordered it by hand; they go before the VM's own
};
struct AbortMigration {
  OpId op;
  VmId vm;
};
struct SetAutostart {
  VmId vm;
  bool on = false;
};
/// The peer's word on a question with this number. What it rests on is stored before it is said; if
/// that can't be stored, it becomes a no.
struct Verdict {
  std::uint64_t question = 0;
  bool yes = false;
  std::string why;  ///< of a no, for people
  OpId op{};        ///< of a yes to `MoveByHand`: what was begun
};
/// Look at the hypervisor now; the answer is an `Observed`.
struct Observe {};
struct Persist {
  std::uint64_t sequence = 0;
  DurableState state;
};

using Effect = std::variant<Send, StartMigration, AbortMigration, SetAutostart, Verdict, Observe,
                            Persist, Note>;
using Effects = std::vector<Effect>;

}  // namespace prumo
