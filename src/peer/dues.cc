#include "src/peer/dues.h"

#include <algorithm>
#include <utility>

#include "src/peer/quandary.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

bool runs_here(const OwnHost& host, const VmId& vm) {
  const Domain* d = host.find(vm);
  return d != nullptr && d->state == DomainState::kRunning && d->job == Job::kNone;
}

/// The VM has stayed, and starts with this host again. Before the first look that is owed all the
/// same: the look drops it when the VM is not here, and reports one that its host did not start.
void keep(Turn& turn, const Owed& o, const OwnHost& host) {
  if (!o.stayed || !o.autostart) return;
  const Domain* here = host.find(o.vm);
  if (!host.looked() || (here != nullptr && !here->autostart)) set_autostart(turn, o.vm);
}

/// The VM has stayed, is off without its flag, and nobody says that it is not at the destination.
bool report_off(Turn& turn, const Owed& o, const OwnHost& host) {
  if (!o.stayed || !o.autostart || !host.off(o.vm)) return false;
  const Domain& d = *host.find(o.vm);
  if (d.autostart) return false;
  need_operator(turn, o.vm, d.name, shut_off_half_way({o.vm, d.name}, turn.self, o.to));
  return true;
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
  if (!seen_since && (ack.active || it->stayed || !it->proven)) {
    // What has become of it here is not known before the next reading: RELEASE is repeated until
    // then.
    turn.observe();
    return;
  }
  const bool active_here = here != nullptr && here->active();
  if (ack.active && runs_here(host, it->vm)) {
    const bool repeated = needs_operator(turn.durable, it->vm);
    need_operator(turn, it->vm, name, runs_twice({it->vm, name}, turn.self, from));
    // Once more, so that the destination, which has not seen it arrive before, reports it as well.
    if (!repeated) return;
  } else if (ack.active && active_here) {
    need_operator(turn, it->vm, name, paused_half_way({it->vm, name}, turn.self, from));
  } else if (ack.active && here != nullptr && !turn.parameters.relief.allow_defined) {
    need_operator(turn, it->vm, name, still_defined({it->vm, name}, turn.self, from));
  } else if (!it->proven && !ack.active && here == nullptr) {
    need_operator(turn, it->vm, name, runs_nowhere({it->vm, name}, turn.self, from));
  } else if (it->stayed && ack.autostart && active_here) {
    need_operator(turn, it->vm, name, starts_there({it->vm, name}, turn.self, from));
  } else if (!ack.active && !ack.autostart) {
    keep(turn, *it, host);
  }
  releases.erase(it);
}

void Dues::release(Turn& turn, const Owed& o, const OwnHost& host) {
  if (!o.stayed) {
    // Of what was never started no flag is owed.
    turn.send(o.to, Release{o.op, o.vm, false, false, o.autostart, o.autostart});
  } else if (host.begun() > ended_) {
    const Domain* d = host.find(o.vm);
    turn.send(o.to,
              Release{o.op, o.vm, runs_here(host, o.vm), d != nullptr && d->active(), o.autostart});
  } else {
    unread_ = true;
    turn.observe();
  }
}

bool Dues::asked(Turn& turn, const HostId& from, const Ask& ask, const OwnHost& host) {
  const Owed* o = owed(turn.durable, ask.op, from);
  if (o != nullptr) release(turn, *o, host);
  return o != nullptr;
}

void Dues::settled(Turn& turn, const VmId& vm, const OwnHost& host) {
  std::erase_if(turn.durable.releases, [&](const Owed& o) {
    if (o.vm != vm) return false;
    keep(turn, o, host);
    return true;
  });
}

void Dues::looked(Turn& turn, const OwnHost& host, bool first) {
  if (std::exchange(unread_, false)) next_ = turn.now;
  if (!first) return;
  // The host may have booted before it was settled with which of the two the VM starts.
  for (const Owed& o : turn.durable.releases) report_off(turn, o, host);
}

void Dues::tick(Turn& turn, const std::optional<HostId>& coordinator, const Members& members,
                const OwnHost& host) {
  if (turn.now < next_) return;
  std::erase_if(turn.durable.releases, [&](const Owed& o) {
    if (members.find(o.to) != nullptr) return false;
    if (!report_off(turn, o, host)) keep(turn, o, host);
    return true;
  });
  if (turn.durable.unreported.empty() && turn.durable.releases.empty()) {
    next_ = turn.now;
    return;
  }
  next_ = turn.now + turn.parameters.relief.report_interval;
  for (const Owed& o : turn.durable.releases) release(turn, o, host);
  if (!coordinator) return;
  for (const MigrationFinished& m : turn.durable.unreported) turn.send(*coordinator, m);
}

Instant Dues::next_deadline(const DurableState& durable) const {
  return durable.unreported.empty() && durable.releases.empty() ? Instant::never() : next_;
}

}  // namespace prumo
