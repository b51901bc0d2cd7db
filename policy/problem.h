#pragma once
// The relief of one host laid out for the search: its VMs in ascending cost, the other hosts
// fullest first, and which host can take which VM. Everything in here is integers of 10⁻⁶, save the
// amounts for people.
//
// Of the hosts that can take a VM only as many are noted as there are VMs to leave: whoever has so
// many never has to stand back for another. So memory grows with hosts + VMs², not with their
// product.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/parameters.h"
#include "policy/snapshot.h"

namespace prumo::policy {

/// A VM of the overloaded host.
struct Candidate {
  const Vm* vm = nullptr;
  std::optional<Forecast> forecast;  ///< of its migration, where it can be told
  std::string stays;  ///< why it may not leave: pinned, or no method keeps within its limits
  Utilisation on_source;
  Micro volume;
  Micro cost;
  Utilisation source_without;  ///< after this VM alone has left
  bool enough = false;         ///< its leaving alone brings every resource to the target
  /// The fullest destinations that can take it, fullest first, at most as many as there are
  /// candidates; none when it stays.
  std::vector<std::size_t> takers;
  std::vector<Utilisation> on_class;  ///< its utilisation on a host of each capacity class

  [[nodiscard]] const std::string& name() const {
    return vm->name.empty() ? vm->id.value : vm->name;
  }
};

/// Any other host, whether it can take a VM or not.
struct Destination {
  const Host* host = nullptr;
  Utilisation utilisation;
  Micro volume;
  bool taken = false;          ///< another relief of this decision moves a VM there
  std::size_t capacity_class;  ///< hosts of equal capacity share one; kNoClass: it has none
};

inline constexpr std::size_t kNoClass = static_cast<std::size_t>(-1);

/// Borrows from the snapshot, which must outlive it.
struct Problem {
  const Host* source = nullptr;
  Utilisation utilisation;  ///< of the source
  Micro target;             ///< lower than the setting where that would not gain `min_gain`
  Micro min_gain;           ///< of a partial move
  std::vector<Candidate> candidates;      ///< ascending cost, ties by VM id
  std::vector<Destination> destinations;  ///< descending volume, ties by host id
};

/// Requires: `source` is one of the snapshot's hosts; `vms` are those that run on it.
[[nodiscard]] Problem lay_out(const Snapshot&, const Host& source,
                              const std::vector<const Vm*>& vms, const Parameters&,
                              const std::set<HostId>& taken);

/// Whether something keeps the pair apart whatever the load.
[[nodiscard]] bool kept_apart(const Candidate&, const Destination&);
/// What it is: host closed or taken, pair barred. Empty: nothing.
[[nodiscard]] std::string obstacle(const Candidate&, const Destination&);
/// MiB of available memory that the destination lacks for the VM; 0 where unknown.
[[nodiscard]] double lacking_memory_mib(const Candidate&, const Destination&);
/// What the destination may be at most with a VM added: the target less its reserve.
[[nodiscard]] Micro limit_of(const Problem&, const Destination&);
/// The destination's utilisation with the VM added.
[[nodiscard]] Utilisation with_vm(const Candidate&, const Destination&);
/// Phase 3: with the VM added every resource is at most the target, and the pair is admissible.
/// [IME13 §5.3]
[[nodiscard]] bool fits(const Problem&, const Candidate&, const Destination&);

}  // namespace prumo::policy
