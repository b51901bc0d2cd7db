#include "src/peer/duplicates.h"

#include <algorithm>

namespace prumo {

Duplicates::Duplicates(const Remembered& remembered, const Members& members) {
  for (const auto& [id, known] : remembered)
    seen_.emplace(id, Seen{known.starts, known.run, known.run, {}});
  keep_only(members);
}

bool Duplicates::heard(const HostId& id, Incarnation incarnation, RunId run, Instant now) {
  const auto [entry, is_first] = seen_.try_emplace(id, Seen{incarnation.starts, run, run, {}});
  Seen& seen = entry->second;
  news_ = news_ || is_first || incarnation.starts > seen.starts;
  if (incarnation.starts > seen.starts) seen.first = run;
  auto known = std::find_if(seen.runs.begin(), seen.runs.end(),
                            [&](const Run& heard) { return heard.id == run; });
  const bool news = known == seen.runs.end();
  if (news) {
    std::rotate(seen.runs.begin(), seen.runs.end() - 1, seen.runs.end());
    known = seen.runs.begin();
    *known = {run, now, now};
  }
  known->last = now;
  const bool beside = beside_another(seen, *known, now);
  if (run == seen.run) {
    seen.starts = std::max(seen.starts, incarnation.starts);
    seen.answered = true;
    return beside;
  }
  if (incarnation.starts < seen.starts) {
    if (news) seen.answered = false;
    return beside;
  }
  if (!news && seen.answered) return true;
  seen.run = run;
  seen.starts = incarnation.starts;
  seen.answered = true;
  return beside;
}

bool Duplicates::beside_another(const Seen& seen, const Run& run, Instant now) {
  return std::any_of(seen.runs.begin(), seen.runs.end(), [&](const Run& other) {
    return other.id != RunId{} && other.id != run.id && now > other.first + kLatest &&
           other.last > run.first + kLatest;
  });
}

std::optional<std::uint32_t> Duplicates::forgotten(const HostId& id, Incarnation incarnation,
                                                   RunId run) const {
  const Seen& seen = seen_.at(id);
  const bool again = incarnation.starts == seen.starts && run != seen.first;
  if (incarnation.starts < seen.starts || again) return seen.starts;
  return std::nullopt;
}

void Duplicates::keep_only(const Members& members) {
  const auto is_none = [&](const auto& entry) { return members.find(entry.first) == nullptr; };
  news_ = std::erase_if(seen_, is_none) > 0 || news_;
}

Duplicates::Remembered Duplicates::remembered() {
  news_ = false;
  Remembered out;
  for (const auto& [id, seen] : seen_)
    if (seen.starts <= kStartsMost) out.emplace(id, KnownStarts{seen.starts, seen.first});
  return out;
}

}  // namespace prumo
