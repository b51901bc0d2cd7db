#pragma once
// A cloned image: for a while a second machine has the id and the key of a host, and what was in its
// store when the image was made. Its hypervisor is its own, and so are the VMs there. It is the last
// of the machines of a run, and no member of its own.

#include <cstdint>

#include "tests/simulation/engine/true_time.h"

namespace prumo::simulation {

struct Clone {
  std::size_t of = 0;  ///< the host whose image it is
  TrueTime appears{0};
  TrueTime removed{0};  ///< an operator ends its daemon for good; when faults end at the latest
  /// What is in its store: nothing, as in a template; what the original has stored by then; or what
  /// that had at an earlier start.
  enum class Store : std::uint8_t { kEmpty, kSame, kOld } store = Store::kSame;
  /// Whom frames and migrations to their id reach. Both are heard by all, but where one address is
  /// contested: a host then has a connection with one of the two at a time, and none with the other.
  enum class Reached : std::uint8_t {
    kOriginal,
    kClone,
    kEither,
    kContested
  } reached = Reached::kOriginal;
  Duration changes{
      0};  ///< kEither, kContested: how long it takes on average until that is the other
};

}  // namespace prumo::simulation
