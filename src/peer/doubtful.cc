#include "src/peer/doubtful.h"

#include "src/peer/tables.h"

namespace prumo {
namespace {

bool left_half_way(const Domain& d) {
  return d.job == Job::kNone &&
         (d.state == DomainState::kPausedMigrated || d.state == DomainState::kPausedIncoming);
}

}  // namespace

void Doubtful::looked(Turn& turn, const OwnHost& host, const VmId& own_move) {
  std::map<VmId, Instant> now;
  for (const auto& [id, d] : host.domains()) {
    if (id == own_move || !left_half_way(d)) continue;
    const auto before = since_.find(id);
    const Instant since = before == since_.end() ? turn.now : before->second;
    now.emplace(id, since);
    // A third of the time in which it must be reported leaves room for the readings in between.
    if (turn.now - since >= turn.parameters.relief.lost_after / 3) {
      need_operator(
          turn, id, d.name,
          d.state == DomainState::kPausedMigrated
              ? "paused after a migration, with no job: ask the other side whether it runs there"
              : "an incoming migration has not finished and has no job");
    }
  }
  since_ = std::move(now);
}

}  // namespace prumo
