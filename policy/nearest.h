#pragma once
// Of a VM that fits nowhere: which host comes nearest to taking it, and what would help.

#include <cstddef>
#include <optional>
#include <string>

#include "policy/problem.h"

namespace prumo::policy {

/// What the destination lacks for the VM, of the resource it lacks most, as share of its capacity;
/// zero: only an obstacle, if anything, keeps them apart.
[[nodiscard]] Micro lack_of(const Problem&, const Candidate&, const Destination&);
/// The same in words: "0.4 cores and 512 MiB of available memory"; empty: it lacks nothing.
[[nodiscard]] std::string lacking(const Problem&, const Candidate&, const Destination&);

struct Nearest {
  std::size_t destination = 0;  ///< position in Problem::destinations
  Micro lack;
};

/// The host that lacks least among those that nothing but load keeps from the VM; nothing if there
/// is none.
[[nodiscard]] std::optional<Nearest> nearest(const Problem&, const Candidate&);

/// "fits nowhere: nearest is h2, which lacks 0.4 cores", or why no host is even considered.
[[nodiscard]] std::string fits_nowhere(const Problem&, const Candidate&);

/// The lowest target, rounded up to hundredths, with which a single move would be enough.
[[nodiscard]] std::optional<Micro> helpful_target(const Problem&);

/// "h2: settling for 9 s, h3: suspect"; the hosts that take no VM at all.
[[nodiscard]] std::string closed_hosts(const Problem&);

}  // namespace prumo::policy
