#pragma once
// The decision done the plain way: every subset, every assignment. Written from the algorithm's
// text alone, it shares no code with policy/ but the types.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/parameters.h"
#include "policy/snapshot.h"

namespace prumo::policy::testing {

class BruteForce {
 public:
  BruteForce(const Snapshot& snapshot, const HostId& source, const Parameters& parameters)
      : parameters_(parameters), target_(micro(parameters.target)) {
    for (const Host& h : snapshot.hosts) {
      if (h.id == source)
        source_ = &h;
      else
        hosts_.push_back(&h);
    }
    std::sort(hosts_.begin(), hosts_.end(), [&](const Host* a, const Host* b) {
      const auto va = micro(volume(a->usage, a->capacity));
      const auto vb = micro(volume(b->usage, b->capacity));
      return va != vb ? va > vb : a->id < b->id;
    });
    for (const Vm& v : snapshot.vms) {
      if (v.host == source && v.pinned.empty() && (!v.manner || seconds_of(v))) vms_.push_back(&v);
    }
    std::sort(vms_.begin(), vms_.end(), [&](const Vm* a, const Vm* b) {
      return cost(*a) != cost(*b) ? cost(*a) < cost(*b) : a->id < b->id;
    });
    for (const Vm* v : vms_) costs_.push_back(cost(*v));
  }

  /// (VM, host) in ascending cost; empty when nothing is enough.
  std::vector<std::pair<std::string, std::string>> decide() const {
    std::optional<std::vector<std::size_t>> best;
    for (std::uint32_t mask = 1; mask < (1U << vms_.size()); ++mask) {
      std::vector<std::size_t> set;
      for (std::size_t i = 0; i < vms_.size(); ++i) {
        if ((mask >> i & 1U) != 0) set.push_back(i);
      }
      if (!enough(set) || (best && !(key(set) < key(*best))) || !assignable(set, {})) continue;
      best = set;
    }
    if (!best || enough({})) return {};
    return assignment(*best);
  }
  [[nodiscard]] bool overloaded() const {
    for (const Resource r : kResources) {
      if (util(source_->usage[r], source_->capacity[r]) > micro(parameters_.overload)) return true;
    }
    return false;
  }

 private:
  static constexpr std::int64_t kInfinite = 1'000'000'000'000;
  static std::int64_t micro(double x) { return std::llround(x * 1e6); }
  static std::int64_t util(double usage, double capacity) {
    if (usage == 0) return 0;
    return capacity == 0 ? kInfinite : std::min(kInfinite, micro(std::min(usage / capacity, 1e6)));
  }
  static double volume(const Resources& usage, const Resources& capacity) {
    double v = 1;
    for (const Resource r : kResources) {
      v /= 1 -
           static_cast<double>(std::min<std::int64_t>(990'000, util(usage[r], capacity[r]))) / 1e6;
    }
    return v;
  }
  std::int64_t cost(const Vm& v) const {
    double weight = v.image_mib;
    if (parameters_.weight_prediction) {
      const double mbit = source_->capacity.network > 0 ? source_->capacity.network : 1000;
      weight = v.manner ? seconds_of(v).value() : v.image_mib * 8.388608 / mbit;
    }
    return micro(std::pow(volume(v.usage, source_->capacity), parameters_.alpha) *
                 std::pow(weight, parameters_.beta));
  }
  /// What a VM's migration takes, by pre-copy or, where that does not keep the VM's downtime and it
  /// leaves the choice, by stopping it; nothing: neither keeps it. Deadlines are not drawn.
  static std::optional<double> seconds_of(const Vm& v) {
    constexpr double kSwitch = 0.02;
    const double rate = v.manner->bandwidth_mib_s;
    const double most = seconds(v.manner->max_downtime);
    double copied = v.image_mib;
    double left = std::min(v.image_mib, v.manner->dirty_mib_s.value_or(0) * v.image_mib / rate);
    for (int passes = 1; passes < 30 && left > most * rate; ++passes) {
      copied += left;
      left = std::min(v.image_mib, v.manner->dirty_mib_s.value_or(0) * left / rate);
    }
    copied += left;
    const auto whole = [](double s) { return std::floor(s * 1e6) / 1e6; };
    const double live = whole(copied / rate + kSwitch);
    const double stopped = whole(v.image_mib / rate + kSwitch);
    if (v.manner->method != MethodWish::kAuto) return live;
    const double rest = whole(left / rate + kSwitch);
    const bool may_live = left <= most * rate;
    const bool may_stop = stopped <= most + kSwitch;
    if (!may_live && !may_stop) return std::nullopt;
    const double lost = rest + 0.238 * (live - rest);
    return may_live && (!may_stop || lost <= stopped) ? live : stopped;
  }
  bool enough(const std::vector<std::size_t>& set) const {
    for (const Resource r : kResources) {
      std::int64_t left = util(source_->usage[r], source_->capacity[r]);
      if (left == kInfinite) return false;
      for (const std::size_t i : set) left -= util(vms_[i]->usage[r], source_->capacity[r]);
      if (left > target_) return false;
    }
    return true;
  }
  bool takes(const Host& h, const Vm& v) const {
    if (!h.closed.empty() || v.barred.count(h.id) > 0) return false;
    if (v.memory_mib && h.available_memory_mib && *v.memory_mib > *h.available_memory_mib)
      return false;
    for (const Resource r : kResources) {
      if (util(h.usage[r], h.capacity[r]) + util(v.usage[r], h.capacity[r]) > target_) return false;
    }
    return true;
  }
  /// Whether the VMs from `used.size()` on find distinct hosts beside those used.
  bool assignable(const std::vector<std::size_t>& set, const std::vector<std::size_t>& used) const {
    if (used.size() == set.size()) return true;
    for (std::size_t h = 0; h < hosts_.size(); ++h) {
      if (std::count(used.begin(), used.end(), h) > 0 ||
          !takes(*hosts_[h], *vms_[set[used.size()]])) {
        continue;
      }
      auto more = used;
      more.push_back(h);
      if (assignable(set, more)) return true;
    }
    return false;
  }
  std::vector<std::pair<std::string, std::string>> assignment(
      const std::vector<std::size_t>& set) const {
    std::vector<std::size_t> used;
    std::vector<std::pair<std::string, std::string>> result;
    for (const std::size_t i : set) {
      for (std::size_t h = 0; h < hosts_.size(); ++h) {
        auto more = used;
        more.push_back(h);
        if (std::count(used.begin(), used.end(), h) > 0 || !takes(*hosts_[h], *vms_[i]) ||
            !assignable(set, more)) {
          continue;
        }
        used = more;
        result.emplace_back(vms_[i]->id.value, hosts_[h]->id.value);
        break;
      }
    }
    return result;
  }
  std::tuple<std::int64_t, std::int64_t, std::vector<std::size_t>> key(
      const std::vector<std::size_t>& set) const {
    std::int64_t total = 0;
    for (const std::size_t i : set) total += costs_[i];
    const auto size = static_cast<std::int64_t>(set.size());
    if (parameters_.objective == Objective::kLeastCost) return {total, size, set};
    return {size, total, set};
  }

  const Parameters& parameters_;
  std::int64_t target_;
  const Host* source_ = nullptr;
  std::vector<const Host*> hosts_;  ///< fullest first
  std::vector<const Vm*> vms_;      ///< cheapest first
  std::vector<std::int64_t> costs_;
};

}  // namespace prumo::policy::testing
