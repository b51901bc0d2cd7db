#pragma once
// The number of a run of the daemon: 64 bits that no other run has. Its upper half is that of the
// host's boot, which two machines never share, whatever was copied from one to the other; so whoever
// hears two runs of one id can tell a daemon that was restarted from another machine's.

#include <string_view>

#include "src/core/hash.h"
#include "src/core/ids.h"

namespace prumo {

/// Of a run that begins now; `random`: drawn for it alone.
[[nodiscard]] constexpr RunId run_in(std::string_view boot_id, std::uint64_t random) {
  return RunId{std::uint64_t{fnv1a_32(boot_id)} << 32U | (random & 0xFFFFFFFFU)};
}

[[nodiscard]] constexpr bool same_boot(RunId a, RunId b) {
  return a.value >> 32U == b.value >> 32U;
}

}  // namespace prumo
