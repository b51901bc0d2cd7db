#include "src/replay/movement.h"

#include <algorithm>

#include "policy/cost.h"
#include "policy/overload.h"
#include "policy/prediction.h"
#include "policy/smoothing.h"
#include "src/peer/limits.h"

namespace prumo::replay {
namespace {

constexpr Duration kLeast = 1s;
constexpr Duration kLately = 1h;
constexpr double kCopyingCpu = 0.1;  ///< of the VM's own usage, on both sides
constexpr double kPercentLinkMbit = 1000;

policy::Prediction course_of(const Settings& settings, double image_mib, double mib_s) {
  policy::Transfer transfer;
  transfer.image_mib = image_mib;
  transfer.dirty_mib_s = settings.dirty_mib_s;
  transfer.bandwidth_mib_s = mib_s;
  return policy::predict(policy::Method::kPreCopy, transfer);
}

/// Mbit/s of one unit of network capacity.
double unit_mbit(const Cluster& cluster) { return cluster.percent() ? kPercentLinkMbit / 100 : 1; }

}  // namespace

void Movement::grow(const Cluster& cluster) {
  hosts_.resize(cluster.snapshot().hosts.size());
  for (std::size_t v = vms_.size(); v < cluster.snapshot().vms.size(); ++v)
    vms_.push_back({false, Duration{0}, cluster.snapshot().vms[v].pinned});
}

Duration Movement::settle(const Cluster& cluster, Index host) const {
  if (settings_.relief.settle > Duration{0}) return settings_.relief.settle;
  const Duration interval = cluster.interval(host);
  return (interval > Duration{0} ? interval : settings_.relief.sample_interval) *
         policy::settle_samples(settings_.policy.mu);
}

double Movement::rate(const Cluster& cluster, Index from, Index to) const {
  double mib_s = settings_.bandwidth_mib_s;
  for (const Index h : {from, to}) {
    const double capacity = cluster.snapshot().hosts[h].capacity.network * unit_mbit(cluster);
    if (capacity > 0) mib_s = std::min(mib_s, capacity / kMbitPerMib);
  }
  return mib_s;
}

void Movement::advance(Duration from, Duration to, Cluster& cluster, Measures& measures) {
  grow(cluster);
  for (;;) {
    const auto first =
        std::min_element(running_.begin(), running_.end(), [](const auto& a, const auto& b) {
          return std::tie(a.ends, a.from) < std::tie(b.ends, b.from);
        });
    if (first == running_.end() || first->ends > to) break;
    const Migration done = *first;
    running_.erase(first);
    measures.pass(done.ends - from, cluster);
    from = done.ends;
    end(from, done, cluster);
    begin_next(from, done.from, true, cluster, measures);
    load(cluster);
  }
  measures.pass(to - from, cluster);
}

void Movement::end(Duration now, const Migration& m, Cluster& cluster) {
  HostState& source = hosts_[m.from];
  HostState& destination = hosts_[m.move.to];
  source.sending = destination.receiving = false;
  vms_[m.move.vm].moving = false;
  source.quiet = now + settle(cluster, m.from);
  if (!cluster.present(m.move.vm)) {  // it was shut down on its way
    source.rest.clear();
    return;
  }
  cluster.move(m.move.vm, m.move.to);
  const Duration settled = settle(cluster, m.move.to);
  destination.settled = now + settled;
  vms_[m.move.vm].stays_until = now + std::max(settings_.relief.cooldown, settled);
}

void Movement::begin_next(Duration now, Index from, bool later, Cluster& cluster,
                          Measures& measures) {
  HostState& source = hosts_[from];
  if (source.rest.empty()) return;
  const ProposedMove move = source.rest.front();
  source.rest.erase(source.rest.begin());
  const HostState& destination = hosts_[move.to];
  const bool may = cluster.present(move.vm) && cluster.host_of(move.vm) == from &&
                   !destination.receiving && now >= destination.settled && !destination.sending &&
                   (!later || !policy::at_most(cluster.hosts()[from].utilisation,
                                               Micro::of(settings_.policy.target)));
  if (!may) return source.rest.clear();
  const double mib_s = rate(cluster, from, move.to);
  const policy::Prediction course =
      course_of(settings_, cluster.snapshot().vms[move.vm].image_mib, mib_s);
  source.sending = hosts_[move.to].receiving = vms_[move.vm].moving = true;
  running_.push_back({move, from, now + std::max(kLeast, course.total), mib_s});
  kept_.push_back(move.vm);
  std::erase_if(begun_, [now](Duration at) { return now - at > kLately; });
  begun_.push_back(now);
  measures.moved(now, move.vm, from, move.to, course.copied_mib);
}

void Movement::load(Cluster& cluster) const {
  std::vector<Resources> extra(hosts_.size());
  for (const Migration& m : running_) {
    const Resources& vm = cluster.demand_of_vm(m.move.vm);
    for (const Index h : {m.from, m.move.to}) {
      extra[h].network += m.mib_s * kMbitPerMib / unit_mbit(cluster);
      extra[h].cpu += kCopyingCpu * vm.cpu;
    }
    extra[m.move.to].memory += vm.memory;
  }
  cluster.set_extra(std::move(extra));
}

void Movement::mark(Duration now, Cluster& cluster) {
  grow(cluster);
  const Micro overload = Micro::of(settings_.policy.overload);
  for (std::size_t h = 0; h < hosts_.size(); ++h) {
    HostState& state = hosts_[h];
    const auto index = static_cast<Index>(h);
    std::string& closed = cluster.snapshot().hosts[h].closed;
    closed = !cluster.frozen(index).empty() ? cluster.frozen(index)
             : cluster.stale(index, now)    ? "no figures for long"
             : state.receiving              ? "receiving"
             : state.sending                ? "sending"
             : now < state.settled          ? "settling"
                                            : "";
    HostView& view = cluster.hosts()[h];
    if (!policy::overloaded(view.utilisation, overload)) state.wait = Duration{0};
    view.may_ask = view.sampled && closed.empty() && now >= state.quiet;
  }
  std::erase_if(kept_, [&](Index v) {
    const VmState& vm = vms_[v];
    std::string& pinned = cluster.snapshot().vms[v].pinned;
    const bool lately = now < vm.stays_until;
    pinned = vm.moving ? "on its way" : lately ? "moved lately" : vm.pinned;
    return !vm.moving && !lately;
  });
}

std::string Movement::held_back(Duration now, std::size_t moves) const {
  const auto lately = std::count_if(begun_.begin(), begun_.end(),
                                    [now](Duration at) { return now - at <= kLately; });
  return over_limit(settings_.relief, running_.size(), static_cast<std::uint64_t>(lately), moves);
}

void Movement::carry_out(Duration now, const Proposal& proposal, Cluster& cluster,
                         Measures& measures) {
  HostState& source = hosts_[proposal.host];
  if (proposal.moves.empty()) {
    const ReliefParameters& p = settings_.relief;
    source.wait =
        source.wait == Duration{0} ? p.backoff : std::min(source.wait * 2, p.backoff_most);
    source.quiet = std::max(source.quiet, now + source.wait);
    return;
  }
  source.wait = Duration{0};
  source.rest = proposal.moves;
  begin_next(now, proposal.host, false, cluster, measures);
  load(cluster);
}

}  // namespace prumo::replay
