#pragma once
// One turn of the machines inside a peer: the moment, what is durable, and where outputs go. Each
// machine owns what it may forget; what it must not forget lives in the one `DurableState`, which
// the peer stores before any effect of the same turn is carried out.

#include <optional>
#include <string>
#include <utility>

#include "src/peer/effect.h"
#include "src/peer/parameters.h"

namespace prumo {

struct Turn {
  Instant now;
  const HostId& self;
  const std::string& boot_id;
  const Parameters& parameters;
  DurableState& durable;
  Effects& effects;
  /// Why this host starts and accepts nothing at present ("paused by h2"); empty: it may.
  std::string brake;
  /// Orders of an older epoch are not obeyed.
  Epoch floor;
  /// As `brake`, of what an operator orders by hand: advise mode does not hold it.
  std::string hand_brake{};

  [[nodiscard]] const std::string& brake_on(const OpId& op) const {
    return by_hand(op) ? hand_brake : brake;
  }
  [[nodiscard]] bool outdated(const OpId& op) const { return !by_hand(op) && op.epoch < floor; }

  void send(const HostId& to, Message message, std::optional<Instant> not_after = std::nullopt) {
    effects.emplace_back(Send{to, std::move(message), not_after, false});
  }
  void note(Note what) { effects.emplace_back(std::move(what)); }
  void observe() { effects.emplace_back(Observe{}); }
  [[nodiscard]] DurableDeadline deadline(Duration full) const {
    return DurableDeadline::in(full, boot_id, now);
  }
};

}  // namespace prumo
