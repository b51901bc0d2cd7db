#pragma once
// One request to a service under measurement. The load is open loop: each request is due by a
// schedule, whatever became of those before it, and its response time counts from when it was due.
// So a service that is silent for a second is charged with every request that a user would have
// made in that second; a client that waits for one answer before it asks again would hide them
// (coordinated omission).

#include <cstdint>

#include "src/core/time.h"

namespace prumo::impact {

enum class Outcome : std::uint8_t {
  kAnswered,
  kRefused,     ///< an error came back, or it could not be sent
  kUnanswered,  ///< given up after it had been waited for long enough
};

/// Times count from the begin of the run. due <= sent <= ended; `sent` is later than `due` by as
/// much as the prober itself was late.
struct Request {
  Duration due{0};
  Duration sent{0};
  Duration ended{0};
  Outcome outcome = Outcome::kUnanswered;

  [[nodiscard]] Duration response_time() const { return ended - due; }
  [[nodiscard]] Duration lag() const { return sent - due; }
  [[nodiscard]] bool answered() const { return outcome == Outcome::kAnswered; }
};

/// A span of the run: from `begin` up to, not including, `end`.
struct Window {
  Duration begin{0};
  Duration end{0};

  [[nodiscard]] bool contains(Duration t) const { return begin <= t && t < end; }
  [[nodiscard]] Duration span() const { return end - begin; }
};

}  // namespace prumo::impact
