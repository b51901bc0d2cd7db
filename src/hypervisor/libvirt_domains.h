#pragma once
// Looks at all domains of one libvirt: their state and running job each time, usage and what pins
// them when asked. One call fetches the figures of all; it takes no lock that a busy domain could
// hold for long.

#include <map>
#include <string>
#include <vector>

#include "src/core/ids.h"
#include "src/core/result.h"
#include "src/hypervisor/domain_xml.h"
#include "src/hypervisor/libvirt_handle.h"
#include "src/hypervisor/vm_usage.h"
#include "src/peer/reading.h"

namespace prumo::hypervisor {

/// Used by one thread at a time. Keeps the counters of the last look, and each domain's traits for
/// a minute.
class DomainReader {
 public:
  explicit DomainReader(IsShared is_shared) : is_shared_(std::move(is_shared)) {}

  /// As `Hypervisor::domains`.
  [[nodiscard]] Result<std::vector<Domain>> read(virConnectPtr, bool with_usage);

 private:
  struct Known {
    VmCounters counters;
    bool counted = false;
    int run = 0;           ///< libvirt's number of this start of the domain
    double traits_at = 0;  ///< seconds; when `traits` were read
    DomainTraits traits;
    bool seen = false;
  };
  void add_usage(virDomainPtr, const Parameters&, double at, Known&, Domain&);

  IsShared is_shared_;
  std::map<VmId, Known> known_;
};

/// What stands in the way of migrating this domain by its definition and snapshots.
[[nodiscard]] DomainTraits read_traits(virDomainPtr, const IsShared&);

/// The job that libvirt is doing on an active domain. Nothing when the domain has just gone.
[[nodiscard]] std::optional<Job> job_of(virDomainPtr, int state, int reason);

/// An error, for a person, unless it runs or is paused, and libvirt is not busy with it.
[[nodiscard]] Result<void> active_without_job(virDomainPtr);

}  // namespace prumo::hypervisor
