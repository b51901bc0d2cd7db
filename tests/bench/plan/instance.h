#pragma once
// Invented clusters for `scripts/bench plan`, the same for prumo and for the programs beside it:
// equal hosts of 64 cores, 256 GiB and 10 Gbit/s, and on each so many VMs.

#include <cstddef>
#include <cstdint>
#include <string>

#include "policy/snapshot.h"

namespace prumo::bench {

enum class Kind : std::uint8_t {
  kEasy,        ///< one VM is enough, and many hosts can take it
  kHard,        ///< cpu and memory are short, and the big VMs fit nowhere: six or more must leave
  kInfeasible,  ///< the same, and the others have hardly any room
};

struct Shape {
  std::size_t hosts = 10;
  std::size_t vms = 20;        ///< on each host
  std::size_t overloaded = 1;  ///< the first of the hosts
  Kind kind = Kind::kEasy;
  std::uint64_t seed = 1;
};

[[nodiscard]] policy::Snapshot instance(const Shape&);

}  // namespace prumo::bench
