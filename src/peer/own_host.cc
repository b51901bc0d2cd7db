#include "src/peer/own_host.h"

#include <algorithm>
#include <cstdio>

namespace prumo {
namespace {

Micro utilisation_of(double usage, double capacity) {
  if (capacity > 0) return Micro::of(usage / capacity);
  return usage > 0 ? Micro{1'000'000'000} : Micro{0};
}

std::string with_three_digits(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", x);
  return text;
}

}  // namespace

std::string first_above(const Resources& usage, const Resources& demand, const Resources& capacity,
                        double limit) {
  for (const Resource r : kResources) {
    const Micro with =
        utilisation_of(usage[r], capacity[r]) + utilisation_of(demand[r], capacity[r]);
    if (with > Micro::of(limit)) {
      return std::string(name_of(r)) + " " + with_three_digits(with.as_double()) + " > " +
             with_three_digits(limit);
    }
  }
  return {};
}

OwnHost::OwnHost(const Parameters& parameters, Instant start)
    : smoother_(parameters.policy.mu),
      policy_(parameters.policy),
      gated_(parameters.relief.sanity_gate),
      sample_interval_(parameters.relief.sample_interval),
      overload_(parameters.policy.overload),
      target_(parameters.policy.target),
      fresh_for_(4 * parameters.relief.sample_interval),
      begun_(start),
      used_(start) {}

bool OwnHost::sampled(const Reading& reading, Instant now) {
  // The host's own usage comes from the kernel, not from the hypervisor: it counts even when that
  // is silent.
  // A look that could not read it says nothing about it, least of all that the host is idle.
  if (reading.capacity != Resources{}) {
    capacity_ = reading.capacity;
    available_memory_mib_ = reading.available_memory_mib;
    measure(reading);
  }
  if (!take(reading, now)) return false;
  domains_.clear();
  for (const Domain& d : reading.domains) domains_.emplace(d.id, d);
  if (policy_.vm_mu > 0) smooth_vms();
  return true;
}

void OwnHost::measure(const Reading& reading) {
  if (gated_) {
    std::vector<Resources> vms;
    for (const Domain& d : reading.domains)
      if (d.state == DomainState::kRunning) vms.push_back(d.usage);
    if (!gate_.look(reading.begun.since_boot, sample_interval_, reading.usage, reading.capacity,
                    vms)) {
      return;
    }
  }
  measured_ = reading.usage;
  smoother_.step(reading.usage);
  overload_reason_ = above(overload_);
  if (last_samples_.size() == policy::kSamplesKept) last_samples_.erase(last_samples_.begin());
  last_samples_.push_back(reading.usage);
  hot_for_ = overloaded() ? hot_for_ + 1 : 0;
}

bool OwnHost::persistently_overloaded() const {
  return overloaded() && hot_for_ >= policy_.hold && (!gated_ || gate_.confirmed(overload_));
}

void OwnHost::smooth_vms() {
  std::erase_if(vm_smoothers_, [this](const auto& entry) { return find(entry.first) == nullptr; });
  for (auto& [id, d] : domains_) {
    auto& smoother = vm_smoothers_.try_emplace(id, policy_.vm_mu).first->second;
    d.usage = smoother.step(d.usage);
  }
}

bool OwnHost::observed(const Reading& reading, Instant now) {
  if (!take(reading, now)) return false;
  std::map<VmId, Domain> seen;
  for (const Domain& d : reading.domains) {
    Domain& kept = seen.emplace(d.id, d).first->second;
    // A look in between does not measure: what the last sample measured still holds.
    if (const auto before = domains_.find(d.id); before != domains_.end()) {
      kept.usage = before->second.usage;
      kept.image_mib = before->second.image_mib;
      kept.pinned = before->second.pinned;
      kept.manner = before->second.manner;
    }
  }
  domains_ = std::move(seen);
  return true;
}

bool OwnHost::take(const Reading& reading, Instant now) {
  if (reading.begun < used_) return false;
  last_ = reading;
  last_.domains.clear();
  answered_ = reading.hypervisor_ok;
  trouble_ = reading.trouble;
  if (!reading.hypervisor_ok) return false;
  begun_ = reading.begun;
  used_ = now;
  looked_ = true;
  return true;
}

const Domain* OwnHost::find(const VmId& id) const {
  const auto it = domains_.find(id);
  return it == domains_.end() ? nullptr : &it->second;
}

bool OwnHost::off(const VmId& id) const {
  const Domain* d = find(id);
  return d != nullptr && !d->active();
}

std::uint32_t OwnHost::samples() const {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(smoother_.samples(), 1000));
}

bool OwnHost::healthy(Instant now) const {
  return now < stale_at() && answered_ && looked_ && gate_.why().empty();
}

Instant OwnHost::stale_at() const {
  return answered_ && looked_ ? begun_ + fresh_for_ : Instant::never();
}

Utilisation OwnHost::utilisation() const {
  Utilisation u;
  for (const Resource r : kResources) u[r] = utilisation_of(usage()[r], capacity_[r]);
  return u;
}

std::string OwnHost::above(double limit) const {
  return first_above(usage(), {}, capacity_, limit);
}

}  // namespace prumo
