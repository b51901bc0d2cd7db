#include "policy/problem.h"

#include <algorithm>
#include <tuple>

#include "policy/cost.h"

namespace prumo::policy {
namespace {

/// What stands for the image in the cost, with `weight_prediction`.
double expected_seconds(const Candidate& c, const Host& source) {
  constexpr double kGigabit = 1000;
  if (c.forecast) return seconds(c.forecast->total);
  const double mbit = source.capacity.network > 0 ? source.capacity.network : kGigabit;
  return c.vm->image_mib * kMbitPerMib / mbit;
}

void foretell(const Vm& vm, Candidate& c) {
  if (vm.manner) {
    const auto expected = forecast(*vm.manner, vm.image_mib, vm.memory_mib.value_or(vm.image_mib));
    if (expected) {
      c.forecast = *expected;
    } else {
      c.stays = expected.error().message;
    }
  }
  if (!vm.pinned.empty()) c.stays = vm.pinned;
}

Candidate candidate_of(const Vm& vm, const Problem& p, const Parameters& parameters) {
  Candidate c;
  c.vm = &vm;
  c.on_source = utilisation_of(vm.usage, p.source->capacity);
  c.volume = volume_of(c.on_source);
  foretell(vm, c);
  const double weight =
      parameters.weight_prediction ? expected_seconds(c, *p.source) : vm.image_mib;
  c.cost = cost_of(c.on_source, weight, parameters.alpha, parameters.beta);
  c.source_without = without(p.utilisation, c.on_source);
  c.enough = at_most(c.source_without, p.target);
  return c;
}

/// The capacities that occur, up to a handful: clusters are bought in batches, and a VM is weighed
/// once for each rather than once for each host.
class Classes {
 public:
  std::size_t of(const Resources& capacity) {
    constexpr std::size_t kMost = 8;
    const auto known = std::find(all_.begin(), all_.end(), capacity);
    if (known != all_.end()) return static_cast<std::size_t>(known - all_.begin());
    if (all_.size() == kMost) return kNoClass;
    all_.push_back(capacity);
    return all_.size() - 1;
  }
  [[nodiscard]] const std::vector<Resources>& all() const { return all_; }

 private:
  std::vector<Resources> all_;
};

}  // namespace

bool kept_apart(const Candidate& c, const Destination& d) {
  return d.taken || !d.host->closed.empty() ||
         (!c.vm->barred.empty() && c.vm->barred.count(d.host->id) > 0);
}

std::string obstacle(const Candidate& c, const Destination& d) {
  if (!d.host->closed.empty()) return d.host->closed;
  if (d.taken) return "already receives a VM by this decision";
  const auto barred = c.vm->barred.find(d.host->id);
  if (barred == c.vm->barred.end()) return {};
  return barred->second.empty() ? "barred" : barred->second;
}

double lacking_memory_mib(const Candidate& c, const Destination& d) {
  if (!c.vm->memory_mib || !d.host->available_memory_mib) return 0;
  return std::max(0.0, *c.vm->memory_mib - *d.host->available_memory_mib);
}

Utilisation with_vm(const Candidate& c, const Destination& d) {
  return with(d.utilisation, d.capacity_class == kNoClass
                                 ? utilisation_of(c.vm->usage, d.host->capacity)
                                 : c.on_class[d.capacity_class]);
}

Micro limit_of(const Problem& p, const Destination& d) {
  return d.host->reserve > 0 ? p.target - Micro::of(d.host->reserve) : p.target;
}

bool fits(const Problem& p, const Candidate& c, const Destination& d) {
  return !kept_apart(c, d) && !(lacking_memory_mib(c, d) > 0) &&
         at_most(with_vm(c, d), limit_of(p, d));
}

Problem lay_out(const Snapshot& snapshot, const Host& source, const std::vector<const Vm*>& vms,
                const Parameters& parameters, const std::set<HostId>& taken) {
  Problem p;
  p.source = &source;
  p.utilisation = utilisation_of(source.usage, source.capacity);
  p.min_gain = Micro::of(parameters.min_gain);
  p.target = Micro::of(parameters.target);
  if (const Micro worst = p.utilisation[worst_of(p.utilisation)]; worst > p.target)
    p.target = std::min(p.target, worst - p.min_gain);

  Classes classes;
  p.destinations.reserve(snapshot.hosts.size());
  for (const Host& host : snapshot.hosts) {
    if (host.id == source.id) continue;
    const Utilisation u = utilisation_of(host.usage, host.capacity);
    p.destinations.push_back(
        {&host, u, volume_of(u), taken.count(host.id) > 0, classes.of(host.capacity)});
  }
  std::sort(p.destinations.begin(), p.destinations.end(),
            [](const Destination& a, const Destination& b) {
              return std::tie(b.volume, a.host->id) < std::tie(a.volume, b.host->id);
            });

  p.candidates.reserve(vms.size());
  for (const Vm* vm : vms) p.candidates.push_back(candidate_of(*vm, p, parameters));
  std::sort(p.candidates.begin(), p.candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.cost, a.vm->id) < std::tie(b.cost, b.vm->id);
  });

  for (Candidate& c : p.candidates) {
    for (const Resources& capacity : classes.all()) {
      c.on_class.push_back(utilisation_of(c.vm->usage, capacity));
    }
    if (!c.stays.empty()) continue;
    for (std::size_t d = 0; d < p.destinations.size(); ++d) {
      if (!fits(p, c, p.destinations[d])) continue;
      c.takers.push_back(d);
      if (c.takers.size() == p.candidates.size()) break;
    }
  }
  return p;
}

}  // namespace prumo::policy
