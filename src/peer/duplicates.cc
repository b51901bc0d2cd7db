#include "src/peer/duplicates.h"

#include <algorithm>

namespace prumo {

bool Duplicates::heard(const HostId& id, Incarnation incarnation, RunId run) {
  const auto [it, first] = seen_.try_emplace(id, Seen{incarnation.starts, run, {}});
  Seen& seen = it->second;
  if (first) return false;
  if (run == seen.run) {
    seen.starts = std::max(seen.starts, incarnation.starts);
    return false;
  }
  if (std::find(seen.earlier.begin(), seen.earlier.end(), run) != seen.earlier.end()) {
    return incarnation.starts >= seen.starts;
  }
  std::rotate(seen.earlier.begin(), seen.earlier.end() - 1, seen.earlier.end());
  seen.earlier.front() = seen.run;
  seen.run = run;
  seen.starts = incarnation.starts;
  return false;
}

void Duplicates::keep_only(const Members& members) {
  std::erase_if(seen_, [&](const auto& entry) { return members.find(entry.first) == nullptr; });
}

}  // namespace prumo
