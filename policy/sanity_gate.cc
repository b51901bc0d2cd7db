#include "policy/sanity_gate.h"

#include <algorithm>
#include <cmath>

#include "policy/cost.h"
#include "policy/overload.h"
#include "policy/text.h"

namespace prumo::policy {
namespace {

constexpr double kTolerance = 0.1;
constexpr std::uint32_t kStuck = 12;
constexpr int kStaleIntervals = 3;
constexpr std::uint32_t kGoodToThaw = 3;

/// Why this can't be, or empty. `whose`: "", or "a VM's ".
std::string impossible(const char* whose, const Resources& usage, const Resources& capacity) {
  for (const Resource r : kResources) {
    const std::string what = std::string(whose) + name_of(r);
    if (!std::isfinite(usage[r])) return what + " is no number";
    if (usage[r] < 0) return what + " is below 0";
    if (capacity[r] > 0 && usage[r] > capacity[r] * (1 + kTolerance))
      return what + " is " + amount(r, usage[r]) + " of " + amount(r, capacity[r]);
  }
  return {};
}

std::string impossible(const Resources& usage, const Resources& capacity,
                       const std::vector<Resources>& vms) {
  if (std::string why = impossible("", usage, capacity); !why.empty()) return why;
  double of_vms = 0;
  for (const Resources& vm : vms) {
    if (std::string why = impossible("a VM's ", vm, capacity); !why.empty()) return why;
    of_vms += vm.cpu;
  }
  if (of_vms > usage.cpu + kTolerance * capacity.cpu)
    return "its VMs use " + amount(Resource::kCpu, of_vms) + " of cpu, the whole host " +
           amount(Resource::kCpu, usage.cpu);
  return {};
}

}  // namespace

bool SanityGate::look(Duration at, Duration interval, const Resources& usage,
                      const Resources& capacity, const std::vector<Resources>& vms) {
  std::string doubt = impossible(usage, capacity, vms);
  const bool possible = doubt.empty();
  if (possible) {
    same_ = any_ && usage == last_ && usage.cpu > 0 ? same_ + 1 : 1;
    if (same_ >= kStuck) {
      doubt = "its figures have been the same for " + std::to_string(kStuck) + " samples";
    } else if (any_ && interval > Duration{0} && at - last_at_ > kStaleIntervals * interval) {
      doubt = "no sample for " + std::to_string((at - last_at_) / 1s) + " s";
    }
    last_ = usage;
    utilisations_[next_] = utilisation_of(usage, capacity);
    next_ = (next_ + 1) % utilisations_.size();
  }
  any_ = true;
  last_at_ = at;
  if (!doubt.empty()) {
    why_ = "frozen: " + doubt;
    good_ = 0;
  } else if (!why_.empty() && ++good_ >= kGoodToThaw) {
    why_.clear();
  }
  return possible;
}

bool SanityGate::confirmed(double limit) const {
  return std::count_if(utilisations_.begin(), utilisations_.end(),
                       [&](const Utilisation& u) { return overloaded(u, Micro::of(limit)); }) >= 2;
}

}  // namespace prumo::policy
