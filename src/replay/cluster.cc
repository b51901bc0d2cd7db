#include "src/replay/cluster.h"

#include <algorithm>

#include "policy/cost.h"
#include "policy/overload.h"
#include "src/peer/pattern.h"

namespace prumo::replay {
namespace {

/// A daemon trusts its last sample for so many intervals.
constexpr int kFreshIntervals = 4;

void add(Resources& to, const Resources& what) {
  for (const Resource r : kResources) to[r] += what[r];
}

/// Memory is not shared out: what a VM holds, it holds.
constexpr bool shared_out(Resource r) { return r != Resource::kMemory; }

}  // namespace

void Cluster::take(const Step& step, const Names& names) {
  grow(names);
  read_rows(step);
  drop_gone();
  total();
  measure(step);
}

void Cluster::grow(const Names& names) {
  percent_ = names.percent;
  for (std::size_t h = hosts_.size(); h < names.hosts.size(); ++h) {
    hosts_.push_back(Host{policy::Smoother(settings_.policy.mu), {}, {}, {}, {}, {}});
    snapshot_.hosts.push_back({names.hosts[h], names.capacities[h], {}, {}, {}});
    snapshot_.hosts.back().reserve = settings_.relief.reserve;
    views_.emplace_back();
  }
  for (std::size_t v = vms_.size(); v < names.vms.size(); ++v) {
    vms_.emplace_back();
    policy::Vm vm;
    vm.id = names.vms[v];
    for (const std::string& pattern : settings_.relief.ignore) {
      if (matches(pattern, vm.id.value)) vm.pinned = "ignored by pattern " + pattern;
    }
    snapshot_.vms.push_back(std::move(vm));
  }
}

/// Which hosts' rows must not be used.
std::vector<bool> Cluster::doubt(const Step& step) {
  std::vector<bool> doubted(hosts_.size(), false);
  if (!settings_.relief.sanity_gate) return doubted;
  struct Rows {
    bool any = false;
    std::optional<Resources> own;
    Resources sum;
    std::vector<Resources> vms;
  };
  std::vector<Rows> rows(hosts_.size());
  for (const Sample& sample : step.samples) {
    Rows& of = rows[sample.host];
    of.any = true;
    if (sample.vm == kHostItself) {
      of.own = sample.usage;
    } else {
      add(of.sum, sample.usage);
      of.vms.push_back(sample.usage);
    }
  }
  for (std::size_t h = 0; h < hosts_.size(); ++h) {
    if (!rows[h].any) continue;
    doubted[h] =
        !hosts_[h].gate.look(step.time, hosts_[h].interval, rows[h].own.value_or(rows[h].sum),
                             snapshot_.hosts[h].capacity, rows[h].vms);
    if (doubted[h]) hosts_[h].seen = true;
  }
  return doubted;
}

void Cluster::read_rows(const Step& step) {
  for (Host& host : hosts_) {
    host.listed = false;
    host.recorded.reset();
  }
  for (Vm& vm : vms_) vm.listed = false;
  const std::vector<bool> doubted = doubt(step);
  std::vector<Resources> of_vms(hosts_.size());
  for (const Sample& sample : step.samples) {
    if (doubted[sample.host]) continue;
    Host& host = hosts_[sample.host];
    host.listed = host.seen = true;
    if (sample.vm == kHostItself) {
      host.recorded = sample.usage;
    } else {
      add(of_vms[sample.host], sample.usage);
      read_vm(sample);
    }
  }
  for (std::size_t h = 0; h < hosts_.size(); ++h) {
    Host& host = hosts_[h];
    if (!host.listed) continue;
    for (const Resource r : kResources) {
      host.base[r] = host.recorded ? std::max(0.0, (*host.recorded)[r] - of_vms[h][r]) : 0;
    }
  }
}

void Cluster::read_vm(const Sample& sample) {
  Vm& vm = vms_[sample.vm];
  policy::Vm& shown = snapshot_.vms[sample.vm];
  if (!vm.present || settings_.as_recorded) {
    vm.host = sample.host;
    shown.host = snapshot_.hosts[sample.host].id;
  }
  vm.present = vm.listed = true;
  vm.recorded_on = sample.host;
  vm.usage = sample.usage;
  shown.usage = sample.usage;
  shown.image_mib = sample.image_mib;
}

void Cluster::drop_gone() {
  for (std::size_t v = 0; v < vms_.size(); ++v) {
    Vm& vm = vms_[v];
    if (!vm.present || vm.listed || !hosts_[vm.recorded_on].listed) continue;
    vm.present = false;
    snapshot_.vms[v].host = HostId{};
  }
}

void Cluster::total() {
  for (std::size_t h = 0; h < hosts_.size(); ++h) {
    hosts_[h].demand = hosts_[h].base;
    add(hosts_[h].demand, hosts_[h].extra);
    views_[h].vms.clear();
  }
  for (std::size_t v = 0; v < vms_.size(); ++v) {
    if (!vms_[v].present) continue;
    add(hosts_[vms_[v].host].demand, vms_[v].usage);
    views_[vms_[v].host].vms.push_back(static_cast<Index>(v));
  }
}

void Cluster::measure(const Step& step) {
  for (std::size_t h = 0; h < hosts_.size(); ++h) {
    Host& host = hosts_[h];
    HostView& view = views_[h];
    policy::Host& shown = snapshot_.hosts[h];
    view.sampled = host.listed || !host.seen;
    if (!view.sampled) continue;
    view.measured = host.demand;
    if (settings_.as_recorded) {
      if (host.recorded) view.measured = *host.recorded;
    } else {
      for (const Resource r : kResources) {
        const double capacity = shown.capacity[r];
        if (!(host.demand[r] > capacity && capacity > 0)) continue;
        view.measured[r] = capacity;
        if (!shared_out(r)) continue;
        for (const Index v : view.vms)
          snapshot_.vms[v].usage[r] = vms_[v].usage[r] * capacity / host.demand[r];
      }
    }
    if (settings_.policy.vm_mu > 0) smooth_vms(view);
    if (host.smoother.samples() > 0) host.interval = step.time - host.sampled_at;
    host.sampled_at = step.time;
    shown.usage = host.smoother.step(view.measured);
    view.utilisation = policy::utilisation_of(shown.usage, shown.capacity);
    view.hot_for = policy::overloaded(view.utilisation, Micro::of(settings_.policy.overload))
                       ? view.hot_for + 1
                       : 0;
    view.confirmed =
        !settings_.relief.sanity_gate || host.gate.confirmed(settings_.policy.overload);
  }
}

void Cluster::smooth_vms(const HostView& view) {
  for (const Index v : view.vms) {
    if (!vms_[v].smoother) vms_[v].smoother.emplace(settings_.policy.vm_mu);
    snapshot_.vms[v].usage = vms_[v].smoother->step(snapshot_.vms[v].usage);
  }
}

void Cluster::move(Index vm, Index to) {
  vms_[vm].host = to;
  snapshot_.vms[vm].host = snapshot_.hosts[to].id;
  total();
}

void Cluster::set_extra(std::vector<Resources> extra) {
  for (std::size_t h = 0; h < hosts_.size(); ++h)
    hosts_[h].extra = h < extra.size() ? extra[h] : Resources{};
  total();
}

bool Cluster::stale(Index host, Duration now) const {
  const Host& h = hosts_[host];
  return h.interval > Duration{0} && now - h.sampled_at >= kFreshIntervals * h.interval;
}

std::size_t Cluster::vms_present() const {
  return static_cast<std::size_t>(
      std::count_if(vms_.begin(), vms_.end(), [](const Vm& vm) { return vm.present; }));
}

}  // namespace prumo::replay
