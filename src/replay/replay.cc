#include "src/replay/replay.h"

#include "policy/overload.h"

namespace prumo::replay {

Replay::Replay(const Settings& settings, std::unique_ptr<Policy> policy,
               std::function<Duration()> watch)
    : settings_(settings),
      policy_(std::move(policy)),
      watch_(std::move(watch)),
      cluster_(settings),
      movement_(settings),
      measures_(settings.measure_above) {}

const Decision* Replay::step(const Step& step, const Names& names) {
  if (!begun_) first_ = now_ = step.time;
  begun_ = true;
  movement_.advance(now_, step.time, cluster_, measures_);
  now_ = step.time;
  cluster_.take(step, names);
  movement_.mark(now_, cluster_);
  ++measures_.counts.steps;
  measures_.counts.samples += step.samples.size();

  const Duration before = watch_ ? watch_() : Duration{0};
  std::vector<Proposal> proposals =
      policy_->decide({now_, cluster_.snapshot(), cluster_.hosts(), settings_.reasons});
  if (watch_ && !proposals.empty()) measures_.decided(watch_() - before);

  decision_ = {step.time, step.label, {}, {}};
  record_frozen();
  for (Proposal& proposal : proposals) {
    if (!settings_.as_recorded && !proposal.moves.empty()) {
      proposal.reason = movement_.held_back(now_, proposal.moves.size());
      if (!proposal.reason.empty()) proposal.moves.clear();
    }
    record(proposal);
    if (!settings_.as_recorded) movement_.carry_out(now_, proposal, cluster_, measures_);
  }
  return decision_.hosts.empty() && decision_.frozen.empty() ? nullptr : &decision_;
}

void Replay::record_frozen() {
  const auto& hosts = cluster_.snapshot().hosts;
  frozen_.resize(hosts.size(), false);
  for (Index h = 0; h < hosts.size(); ++h) {
    const std::string& why = cluster_.frozen(h);
    if (!why.empty() && !frozen_[h]) decision_.frozen.push_back({hosts[h].id, why});
    frozen_[h] = !why.empty();
  }
  measures_.counts.frozen += decision_.frozen.size();
}

void Replay::record(const Proposal& proposal) {
  const policy::Snapshot& snapshot = cluster_.snapshot();
  Decided decided;
  decided.host = snapshot.hosts[proposal.host].id;
  decided.infeasible = proposal.reason;
  if (settings_.reasons) {
    decided.overload = policy::overload_text(cluster_.hosts()[proposal.host].utilisation,
                                             Micro::of(settings_.policy.overload));
  }
  for (const ProposedMove& move : proposal.moves) {
    const policy::Vm& vm = snapshot.vms[move.vm];
    decided.moves.push_back(
        {vm.id, decided.host, snapshot.hosts[move.to].id, move.cost, vm.image_mib});
    if (settings_.as_recorded) measures_.moved(now_, move.vm, proposal.host, move.to, vm.image_mib);
  }
  ++measures_.counts.decisions;
  if (proposal.moves.empty()) ++measures_.counts.infeasible;
  decision_.hosts.push_back(std::move(decided));
}

Summary Replay::summary() const {
  Summary all = measures_.result();
  all.hosts = cluster_.snapshot().hosts.size();
  all.vms = cluster_.snapshot().vms.size();
  all.span = now_ - first_;
  return all;
}

}  // namespace prumo::replay
