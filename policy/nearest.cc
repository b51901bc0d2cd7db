#include "policy/nearest.h"

#include <algorithm>
#include <vector>

#include "policy/cost.h"
#include "policy/text.h"

namespace prumo::policy {
namespace {

Micro highest(const Utilisation& u) { return u[worst_of(u)]; }

}  // namespace

Micro lack_of(const Problem& p, const Candidate& c, const Destination& d) {
  const Utilisation u = with_vm(c, d);
  Micro lack = std::max(Micro{}, highest(u) - limit_of(p, d));
  if (const double memory = lacking_memory_mib(c, d); memory > 0) {
    lack = std::max(lack, utilisation_of(memory, d.host->capacity.memory));
  }
  return lack;
}

std::string lacking(const Problem& p, const Candidate& c, const Destination& d) {
  const Utilisation u = with_vm(c, d);
  std::vector<std::string> parts;
  for (const Resource r : kResources) {
    if (u[r] <= limit_of(p, d)) continue;
    parts.push_back(u[r] >= kBeyond
                        ? std::string("any ") + name_of(r)
                        : amount(r, (u[r] - limit_of(p, d)).as_double() * d.host->capacity[r]));
  }
  if (const double memory = lacking_memory_mib(c, d); memory > 0) {
    parts.push_back(amount(Resource::kMemory, memory) + " of available memory");
  }
  return listed(parts);
}

std::optional<Nearest> nearest(const Problem& p, const Candidate& c) {
  std::optional<Nearest> best;
  for (std::size_t d = 0; d < p.destinations.size(); ++d) {
    if (kept_apart(c, p.destinations[d])) continue;
    const Micro lack = lack_of(p, c, p.destinations[d]);
    if (!best || lack < best->lack) best = {d, lack};
  }
  return best;
}

std::string fits_nowhere(const Problem& p, const Candidate& c) {
  if (const auto n = nearest(p, c)) {
    const Destination& d = p.destinations[n->destination];
    return "fits nowhere: nearest is " + clipped(d.host->id.value, kNameBytes) + ", which lacks " +
           lacking(p, c, d);
  }
  if (p.destinations.empty()) return "fits nowhere: there is no other host";
  const Destination& d = p.destinations.front();
  return "no host may take it: " + clipped(d.host->id.value, kNameBytes) + " " +
         clipped(obstacle(c, d), kReasonBytes) + (p.destinations.size() > 1 ? ", and so on" : "");
}

std::optional<Micro> helpful_target(const Problem& p) {
  constexpr std::int64_t kHundredth = 10'000;
  std::optional<Micro> best;
  for (const Candidate& c : p.candidates) {
    const Micro least = highest(c.source_without);  // whichever host takes it
    if (!c.stays.empty() || (best && least >= *best)) continue;
    for (const Destination& d : p.destinations) {
      if (kept_apart(c, d) || lacking_memory_mib(c, d) > 0) continue;
      const Micro target = std::max(least, highest(with_vm(c, d)));
      if (!best || target < *best) best = target;
      if (target == least) break;
    }
  }
  if (best) best->value = (best->value + kHundredth - 1) / kHundredth * kHundredth;
  return best;
}

std::string closed_hosts(const Problem& p) {
  std::vector<std::string> parts;
  for (const Destination& d : p.destinations) {
    const std::string why = d.taken ? "already receives a VM by this decision" : d.host->closed;
    if (why.empty()) continue;
    parts.push_back(clipped(d.host->id.value, kNameBytes) + ": " + clipped(why, kReasonBytes));
  }
  return listed(parts);
}

}  // namespace prumo::policy
