#include "policy/explain.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "policy/conclusion.h"
#include "policy/cost.h"
#include "policy/nearest.h"
#include "policy/overload.h"
#include "policy/text.h"

namespace prumo::policy {
namespace {

constexpr std::size_t kVerdictBytes = 200;
constexpr std::size_t kConclusionBytes = 2000;

bool contains(const std::vector<std::size_t>& sorted, std::size_t i) {
  return std::binary_search(sorted.begin(), sorted.end(), i);
}

std::string not_enough(const Problem& p, const Candidate& c) {
  const Resource r = exceeding(c.source_without, p.target).front();
  return above(r, c.source_without[r], p.target) + " without it";
}

std::string vm_reason(const Problem& p, const Choice& choice, std::size_t i) {
  const Candidate& c = p.candidates[i];
  if (!c.stays.empty()) return c.stays;
  if (contains(choice.vms, i)) return why_chosen(p, choice, i);
  if (at_most(p.utilisation, p.target)) return "need not leave";

  const bool relieved = !choice.vms.empty() && !choice.partial;
  const Resource worst = worst_of(p.utilisation);
  const std::string weight = relieved ? std::string() : amount(worst, c.vm->usage[worst]) + ", ";
  if (c.enough && !c.takers.empty()) return relieved ? "would do, dearer" : weight + "not reached";
  if (c.enough) return weight + "enough, " + fits_nowhere(p, c);
  if (relieved) return not_enough(p, c);
  return weight + "not enough alone" + (c.takers.empty() ? "; " + fits_nowhere(p, c) : "");
}

VmVerdict vm_verdict(const Problem& p, const Choice& choice, std::size_t i) {
  const Candidate& c = p.candidates[i];
  VmVerdict v;
  v.vm = c.vm->id;
  v.name = c.name();
  v.volume = c.volume;
  v.image_mib = c.vm->image_mib;
  v.cost = c.cost;
  v.source_without = c.source_without;
  v.enough = c.enough;
  v.chosen = contains(choice.vms, i);
  v.reason = clipped(vm_reason(p, choice, i), kVerdictBytes);
  v.forecast = c.forecast;
  return v;
}

std::string pair_reason(const Problem& p, const Candidate& c, const Destination& d,
                        const Utilisation& u) {
  const std::string obstacle_text = obstacle(c, d);
  if (!obstacle_text.empty()) return obstacle_text;
  if (const Micro limit = limit_of(p, d); !at_most(u, limit)) {
    const Resource r = exceeding(u, limit).front();
    return u[r] >= kBeyond ? std::string("has no ") + name_of(r) : above(r, u[r], limit);
  }
  if (lacking_memory_mib(c, d) > 0) {
    return amount(Resource::kMemory, *c.vm->memory_mib) + " configured > " +
           amount(Resource::kMemory, *d.host->available_memory_mib) + " available";
  }
  return "fits";
}

PairVerdict pair_verdict(const Problem& p, const Candidate& c, const Destination& d, bool chosen) {
  PairVerdict v;
  v.vm = c.vm->id;
  v.host = d.host->id;
  v.fits = fits(p, c, d);
  v.chosen = chosen;
  v.with_vm = with_vm(c, d);
  v.reason = clipped(pair_reason(p, c, d, v.with_vm), kVerdictBytes);
  if (!v.fits) v.lacks = lacking(p, c, d);
  return v;
}

/// The candidates whose destinations matter: the chosen; then those who were passed over because
/// they fit nowhere; when nothing is enough, all who may leave, those first who would be enough
/// alone.
std::vector<std::size_t> worth_pairing(const Problem& p, const Choice& choice) {
  std::vector<std::size_t> order = choice.vms;
  if (at_most(p.utilisation, p.target)) return order;
  const bool relieved = !choice.vms.empty() && !choice.partial;
  const auto append = [&](bool enough) {
    for (std::size_t i = 0; i < p.candidates.size(); ++i) {
      const Candidate& c = p.candidates[i];
      if (c.enough != enough || !c.stays.empty() || contains(choice.vms, i)) continue;
      if (relieved && (!c.takers.empty() || i > choice.vms.back())) continue;
      order.push_back(i);
    }
  };
  append(true);
  if (!relieved) append(false);
  return order;
}

/// Destinations worth telling about, by position: the chosen one, a few of the others that fit, and
/// of those that don't the nearest to it. At most `most`, ascending.
std::vector<std::size_t> worth_showing(const Problem& p, const Candidate& c,
                                       std::optional<std::size_t> chosen, std::size_t most) {
  std::vector<std::size_t> shown;
  if (p.destinations.size() <= most) {
    shown.resize(p.destinations.size());
    std::iota(shown.begin(), shown.end(), std::size_t{0});
    return shown;
  }
  std::vector<std::size_t> fitting;
  std::vector<std::pair<Micro, std::size_t>> others;
  for (std::size_t d = 0; d < p.destinations.size(); ++d) {
    if (d == chosen) {
      shown.push_back(d);
    } else if (fits(p, c, p.destinations[d])) {
      fitting.push_back(d);
    } else {
      others.emplace_back(lack_of(p, c, p.destinations[d]), d);
    }
  }
  const std::size_t free = most - std::min(most, shown.size());
  const std::size_t few = std::max(free / 4, free - std::min(free, others.size()));
  const std::size_t of_fitting = std::min(fitting.size(), few);
  const std::size_t of_others = std::min(others.size(), free - of_fitting);
  std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(of_others),
                    others.end());
  shown.insert(shown.end(), fitting.begin(),
               fitting.begin() + static_cast<std::ptrdiff_t>(of_fitting));
  for (std::size_t k = 0; k < of_others; ++k) shown.push_back(others[k].second);
  std::sort(shown.begin(), shown.end());
  return shown;
}

/// Room for verdicts; what no longer fits is counted.
class Room {
 public:
  explicit Room(std::size_t bytes) : bytes_(bytes) {}
  bool take(std::size_t bytes) {
    if (bytes > bytes_) return false;
    bytes_ -= bytes;
    return true;
  }

 private:
  std::size_t bytes_;
};

void add_vms(const Problem& p, const Choice& choice, Room room, Explanation& e) {
  const auto list = [&](bool chosen) {
    for (std::size_t i = 0; i < p.candidates.size(); ++i) {
      if (contains(choice.vms, i) != chosen) continue;
      VmVerdict v = vm_verdict(p, choice, i);
      if (room.take(encoded_bytes(v))) {
        e.vms.push_back(std::move(v));
      } else {
        ++e.left_out;
      }
    }
  };
  list(true);
  list(false);
  std::sort(e.vms.begin(), e.vms.end(), [](const VmVerdict& a, const VmVerdict& b) {
    return std::pair(a.cost, a.vm) < std::pair(b.cost, b.vm);
  });
}

/// So many pairs in all, shared by the VMs that matter, within these bounds for each.
constexpr std::size_t kPairs = 192;
constexpr std::size_t kFewestPairs = 6;
constexpr std::size_t kMostPairs = 40;

void add_pairs(const Problem& p, const Choice& choice, Detail detail, Room room, Explanation& e) {
  std::vector<PairVerdict> chosen;
  for (std::size_t k = 0; k < choice.vms.size(); ++k) {
    chosen.push_back(
        pair_verdict(p, p.candidates[choice.vms[k]], p.destinations[choice.hosts[k]], true));
    room.take(encoded_bytes(chosen.back()));
  }
  const std::vector<std::size_t> order = worth_pairing(p, choice);
  const std::size_t share = kPairs / std::max<std::size_t>(1, order.size());
  const std::size_t most =
      detail == Detail::kFull ? SIZE_MAX : std::clamp(share, kFewestPairs, kMostPairs);
  for (const std::size_t i : order) {
    const Candidate& c = p.candidates[i];
    const auto k = static_cast<std::size_t>(
        std::lower_bound(choice.vms.begin(), choice.vms.end(), i) - choice.vms.begin());
    std::optional<std::size_t> goes_to;
    if (contains(choice.vms, i)) goes_to = choice.hosts[k];
    std::size_t listed = 0;
    for (const std::size_t d : worth_showing(p, c, goes_to, most)) {
      PairVerdict v = d == goes_to ? chosen[k] : pair_verdict(p, c, p.destinations[d], false);
      if (d != goes_to && !room.take(encoded_bytes(v))) continue;
      e.pairs.push_back(std::move(v));
      ++listed;
    }
    e.left_out += static_cast<std::uint32_t>(p.destinations.size() - listed);
  }
}

}  // namespace

std::size_t encoded_bytes(const std::string& text) {
  std::size_t bytes = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // Controls become \u0000, bytes that are not UTF-8 the three of U+FFFD.
    bytes += byte < 0x20 || byte == 0x7F ? 6 : byte >= 0x80 ? 3 : c == '"' || c == '\\' ? 2 : 1;
  }
  return bytes;
}

std::size_t encoded_bytes(const VmVerdict& v) {
  constexpr std::size_t kKeysAndNumbers = 280;
  constexpr std::size_t kForecast = 200;
  return kKeysAndNumbers + (v.forecast ? kForecast : 0) + encoded_bytes(v.vm.value) +
         encoded_bytes(v.name) + encoded_bytes(v.reason);
}

std::size_t encoded_bytes(const PairVerdict& v) {
  constexpr std::size_t kKeysAndNumbers = 200;
  return kKeysAndNumbers + encoded_bytes(v.vm.value) + encoded_bytes(v.host.value) +
         encoded_bytes(v.reason) + encoded_bytes(v.lacks);
}

Explanation explain(const Problem& p, const Parameters& parameters, const Choice& choice,
                    Detail detail) {
  Explanation e;
  e.host = p.source->id;
  e.utilisation = p.utilisation;
  const Micro limit = Micro::of(parameters.overload);
  e.overload = overload_text(p.utilisation, limit);
  if (e.overload.empty()) {
    const Resource r = worst_of(p.utilisation);
    e.overload = std::string("not overloaded: ") + name_of(r) + " " + number(p.utilisation[r]) +
                 " is at most " + number(limit);
  }
  e.conclusion = clipped(conclude(p, parameters, choice), kConclusionBytes);
  e.nodes = choice.nodes;
  e.limit_reached = choice.limit_reached;

  constexpr std::size_t kFrame = 512;
  const std::size_t fixed = kFrame + encoded_bytes(e.host.value) + encoded_bytes(e.overload) +
                            encoded_bytes(e.conclusion);
  const std::size_t most = detail == Detail::kFull ? SIZE_MAX : kExplanationBytes;
  const std::size_t room = most > fixed ? most - fixed : 0;
  add_vms(p, choice, Room(room / 2), e);
  std::size_t used = 0;
  for (const VmVerdict& v : e.vms) used += encoded_bytes(v);
  add_pairs(p, choice, detail, Room(room - used), e);
  return e;
}

}  // namespace prumo::policy
