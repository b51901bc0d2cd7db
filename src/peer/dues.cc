#include "src/peer/dues.h"

#include <algorithm>

#include "src/peer/quandary.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

bool runs_here(const OwnHost& host, const VmId& vm) {
  const Domain* d = host.find(vm);
  return d != nullptr && d->state == DomainState::kRunning && d->job == Job::kNone;
}

}  // namespace

void Dues::add(Turn& turn, const MigrationFinished& report) {
  auto& reports = turn.durable.unreported;
  if (reports.size() >= kMostOwed) reports.erase(reports.begin());
  reports.push_back(report);
  next_ = turn.now;
}

void Dues::add(Turn& turn, const MigrationFinished& report, const Owed& release, Instant since) {
  auto& releases = turn.durable.releases;
  if (releases.size() >= kMostOwed) releases.erase(releases.begin());
  releases.push_back(release);
  ended_ = std::max(ended_, since);
  add(turn, report);
}

void Dues::acknowledged(Turn& turn, const FinishedAck& ack) {
  std::erase_if(turn.durable.unreported,
                [&](const MigrationFinished& m) { return m.op == ack.op; });
}

void Dues::acknowledged(Turn& turn, const HostId& from, const ReleaseAck& ack,
                        const OwnHost& host) {
  auto& releases = turn.durable.releases;
  const auto it = std::find_if(releases.begin(), releases.end(),
                               [&](const Owed& o) { return o.op == ack.op && o.to == from; });
  if (it == releases.end()) return;
  const Domain* here = host.find(it->vm);
  const std::string name = here != nullptr ? here->name : it->vm.value;
  const bool seen_since = host.begun() > ended_;
  if (ack.active && !seen_since) {
    // Whether it runs here as well is not known before the next reading: RELEASE is repeated until
    // then.
    turn.observe();
    return;
  }
  if (ack.active && runs_here(host, it->vm)) {
    const bool repeated = needs_operator(turn.durable, it->vm);
    need_operator(turn, it->vm, name, runs_twice({it->vm, name}, turn.self, from));
    // Once more, so that the destination, which has not seen it arrive before, reports it as well.
    if (!repeated) return;
  } else if (ack.active && here != nullptr && !here->active() &&
             !turn.parameters.relief.allow_defined) {
    need_operator(turn, it->vm, name, still_defined({it->vm, name}, turn.self, from));
  } else if (!it->proven && !ack.active && here == nullptr) {
    need_operator(turn, it->vm, name, runs_nowhere({it->vm, name}, turn.self, from));
  } else if (it->autostart && !ack.active && here != nullptr && !here->autostart) {
    turn.durable.autostart_due[it->vm] = true;
    turn.effects.emplace_back(SetAutostart{it->vm, true});
  }
  releases.erase(it);
}

void Dues::tick(Turn& turn, const std::optional<HostId>& coordinator, const Members& members,
                const OwnHost& host) {
  if (turn.now < next_) return;
  std::erase_if(turn.durable.releases,
                [&](const Owed& o) { return members.find(o.to) == nullptr; });
  if (turn.durable.unreported.empty() && turn.durable.releases.empty()) {
    next_ = turn.now;
    return;
  }
  next_ = turn.now + turn.parameters.relief.report_interval;
  for (const Owed& o : turn.durable.releases) {
    turn.send(o.to, Release{o.op, o.vm, host.begun() > ended_ && runs_here(host, o.vm)});
  }
  if (!coordinator) return;
  for (const MigrationFinished& m : turn.durable.unreported) turn.send(*coordinator, m);
}

Instant Dues::next_deadline(const DurableState& durable) const {
  return durable.unreported.empty() && durable.releases.empty() ? Instant::never() : next_;
}

}  // namespace prumo
