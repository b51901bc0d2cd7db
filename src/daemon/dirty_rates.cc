#include "src/daemon/dirty_rates.h"

#include <utility>

#include "src/daemon/clock.h"

namespace prumo::daemon {

bool DirtyRates::fresh(const VmId& vm, Instant at) const {
  const auto it = rates_.find(vm);
  return it != rates_.end() && at - it->second.at < kFresh;
}

std::optional<double> DirtyRates::of(const VmId& vm, Instant at) const {
  return fresh(vm, at) ? rates_.at(vm).mib_s : std::nullopt;
}

void DirtyRates::want(std::vector<VmId> vms, Instant at) {
  std::erase_if(vms, [&](const VmId& vm) { return fresh(vm, at); });
  if (measuring_ || vms.empty()) return;
  measuring_ = true;
  worker_.run([this, vms = std::move(vms)] {
    auto found = hypervisor_.dirty_rates(vms);
    inbox_.post([this, vms, found = std::move(found)] {
      measuring_ = false;
      const Instant done = now();
      std::erase_if(rates_, [&](const auto& r) { return done - r.second.at >= kFresh; });
      for (const VmId& vm : vms) {
        const auto it = found.find(vm);
        rates_[vm] = {it == found.end() ? std::nullopt : std::optional(it->second), done};
      }
    });
  });
}

}  // namespace prumo::daemon
