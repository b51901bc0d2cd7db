#pragma once
// What libvirt tells of a running migration job, and of its end.

#include <libvirt/libvirt.h>

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "src/core/result.h"
#include "src/peer/event.h"

namespace prumo::hypervisor {

/// Listens for the end of the domain's job for as long as it lives.
class JobListener {
 public:
  JobListener(virConnectPtr, virDomainPtr);
  ~JobListener();
  JobListener(const JobListener&) = delete;
  JobListener& operator=(const JobListener&) = delete;

  /// Total time, downtime and MiB copied, when libvirt tells them; waits a moment for figures that
  /// are still on their way.
  void fill(MigrationEnded&);

 private:
  struct Figures;
  static void on_job_completed(virConnectPtr, virDomainPtr, virTypedParameterPtr, int, void*);

  std::shared_ptr<Figures> figures_;  ///< outlive this, since libvirt may be calling back just then
  virConnectPtr connection_;
  int id_ = -1;
};

/// Total and remaining MiB of the running job; nothing when libvirt does not say.
[[nodiscard]] std::optional<MigrationProgress> progress_of(virDomainPtr);

/// MiB that each guest writes a second, measured over one second. Blocks for as long. Those that
/// libvirt or QEMU can't measure are left out.
[[nodiscard]] std::map<VmId, double> measure_dirty_rates(virConnectPtr, const std::vector<VmId>&);

}  // namespace prumo::hypervisor
