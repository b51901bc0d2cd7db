#include "src/peer/doubtful.h"

#include "src/peer/quandary.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

bool left_half_way(const Turn& turn, const Domain& d) {
  if (d.job != Job::kNone) return false;
  if (d.state == DomainState::kLeftDefined) return !turn.parameters.relief.allow_defined;
  return d.state == DomainState::kPausedMigrated || d.state == DomainState::kPausedIncoming;
}

std::string words(const Turn& turn, const Domain& d) {
  const Named vm{d.id, d.name};
  if (d.state == DomainState::kPausedIncoming) return came_in_half(vm, turn.self);
  if (d.state == DomainState::kLeftDefined) return still_defined(vm, turn.self, HostId{});
  return paused_half_way(vm, turn.self, HostId{});
}

}  // namespace

void Doubtful::looked(Turn& turn, const OwnHost& host, const VmId& own_move) {
  std::map<VmId, Instant> now;
  for (const auto& [id, d] : host.domains()) {
    if (id == own_move || !left_half_way(turn, d)) continue;
    const auto before = since_.find(id);
    const Instant since = before == since_.end() ? turn.now : before->second;
    now.emplace(id, since);
    // A third of the time in which it must be reported leaves room for the readings in between.
    if (since != Instant::never() && turn.now - since >= turn.parameters.relief.lost_after / 3)
      need_operator(turn, id, d.name, words(turn, d));
  }
  since_ = std::move(now);
}

void Doubtful::settled(const VmId& vm) {
  if (const auto it = since_.find(vm); it != since_.end()) it->second = Instant::never();
}

}  // namespace prumo
