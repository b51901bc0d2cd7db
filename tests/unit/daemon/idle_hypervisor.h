#pragma once
// A hypervisor without VMs, to be given what a test needs.

#include <map>
#include <string>
#include <vector>

#include "src/hypervisor/hypervisor.h"

namespace prumo::daemon {

class IdleHypervisor : public hypervisor::Hypervisor {
 public:
  Result<std::vector<Domain>> domains(bool) override { return std::vector<Domain>{}; }
  std::map<VmId, double> dirty_rates(const std::vector<VmId>&) override { return {}; }
  MigrationEnded migrate(const hypervisor::Migration&, const hypervisor::OnProgress&) override {
    return {};
  }
  Result<void> abort(const VmId&) override { return {}; }
  Result<void> set_autostart(const VmId&, bool) override { return {}; }
  std::vector<std::string> check() override { return {}; }
  [[nodiscard]] std::string connect_uri() const override { return {}; }
  [[nodiscard]] std::string migrate_uri() const override { return {}; }
};

}  // namespace prumo::daemon
