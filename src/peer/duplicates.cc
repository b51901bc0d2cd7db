#include "src/peer/duplicates.h"

#include <algorithm>

namespace prumo {

bool Duplicates::heard(const HostId& id, Incarnation incarnation, RunId run) {
  const auto [it, first] = seen_.try_emplace(id, Seen{incarnation.starts, run, run, {}});
  Seen& seen = it->second;
  if (first) return false;
  if (incarnation.starts > seen.starts) seen.first = run;
  if (run == seen.run) {
    seen.starts = std::max(seen.starts, incarnation.starts);
    seen.answered = true;
    return false;
  }
  if (const auto known = std::find(seen.earlier.begin(), seen.earlier.end(), run);
      known != seen.earlier.end()) {
    if (incarnation.starts < seen.starts) return false;
    if (seen.answered) return true;
    *known = seen.run;
  } else {
    std::rotate(seen.earlier.begin(), seen.earlier.end() - 1, seen.earlier.end());
    if (incarnation.starts < seen.starts) {
      seen.earlier.front() = run;
      seen.answered = false;
      return false;
    }
    seen.earlier.front() = seen.run;
  }
  seen.run = run;
  seen.starts = incarnation.starts;
  seen.answered = true;
  return false;
}

bool Duplicates::forgetful(const HostId& id, Incarnation incarnation, RunId run) const {
  const Seen& seen = seen_.at(id);
  return incarnation.starts < seen.starts ||
         (incarnation.starts == seen.starts && run != seen.first);
}

void Duplicates::keep_only(const Members& members) {
  std::erase_if(seen_, [&](const auto& entry) { return members.find(entry.first) == nullptr; });
}

}  // namespace prumo
