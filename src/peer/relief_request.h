#pragma once
// When this host asks for relief, and which answer it may obey.
//
// It asks when a smoothed utilisation is above the overload limit, from its third sample on, and
// not while it sends, receives or settles: the load of a migration must not cause the next one.
// Only the answer to the newest request counts, once, and only while that request is younger than
// `order_freshness`.

#include <optional>
#include <string>

#include "src/peer/own_host.h"
#include "src/peer/turn.h"

namespace prumo {

class ReliefRequest {
 public:
  /// `starts` keeps the numbers of one run apart from those of the next.
  explicit ReliefRequest(std::uint32_t starts) : number_{std::uint64_t{starts} << 32U} {}

  /// Whether to ask now. `quiet`: neither sending nor receiving, slot free. `last_end`: of this
  /// host's last operation.
  [[nodiscard]] bool due(const Turn&, bool has_coordinator, const OwnHost&, bool quiet,
                         std::optional<Instant> last_end);
  void ask(Turn&, const HostId& coordinator, const OwnHost&, HostFigures);
  /// Why an answer to `request` from `from` is not obeyed; empty: it is, and is used up.
  [[nodiscard]] std::string take_answer(const Turn&, const HostId& from, Request request);
  /// NO_RELIEF, or nothing but advice: wait 5, 10, … 60 s. Returns how long.
  Duration back_off(const Turn&, const std::string& reason);
  /// The host has been relieved, or a move ended otherwise: the next refusal starts with the
  /// shortest wait.
  void forgive(const Turn&);

  [[nodiscard]] Instant next_deadline() const { return wanted_ ? next_ : Instant::never(); }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] Duration retry_in(Instant now) const {
    return next_ > now ? next_ - now : Duration{0};
  }

 private:
  struct Asked {
    Request number;
    HostId coordinator;
    Instant at;
  };
  Request number_;
  std::optional<Asked> newest_;
  bool wanted_ = false;
  Instant next_{};
  Duration wait_{0};
  std::string reason_;
};

}  // namespace prumo
