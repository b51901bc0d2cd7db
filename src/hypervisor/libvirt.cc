#include <mutex>

#include "src/hypervisor/hypervisor.h"
#include "src/hypervisor/libvirt_check.h"
#include "src/hypervisor/libvirt_domains.h"
#include "src/hypervisor/libvirt_handle.h"
#include "src/hypervisor/libvirt_job.h"
#include "src/hypervisor/libvirt_migration.h"
#include "src/hypervisor/shared_storage.h"

namespace prumo::hypervisor {
namespace {

IsShared is_shared_by(const LibvirtOptions& options) {
  if (options.allow_unsafe) return [](const std::string&) { return true; };
  return [](const std::string& path) { return on_shared_storage(path); };
}

class Libvirt final : public Hypervisor {
 public:
  explicit Libvirt(LibvirtOptions options)
      : options_(std::move(options)), is_shared_(is_shared_by(options_)), reader_(is_shared_) {}

  Result<std::vector<Domain>> domains(bool with_usage) override {
    const std::lock_guard lock(reading_);
    if (!connection_ || virConnectIsAlive(connection_.get()) != 1) {
      connection_.reset();
      auto opened = open_connection(options_.uri);
      if (!opened) return tl::unexpected(opened.error());
      connection_ = std::move(*opened);
    }
    auto domains = reader_.read(connection_.get(), with_usage);
    // Whatever went wrong on this connection, the next look begins with a new one.
    if (!domains) connection_.reset();
    return domains;
  }

  std::map<VmId, double> dirty_rates(const std::vector<VmId>& vms) override {
    const auto connection = open_connection(options_.uri);
    return connection ? measure_dirty_rates(connection->get(), vms) : std::map<VmId, double>();
  }

  MigrationEnded migrate(const Migration& migration, const OnProgress& on_progress) override {
    return migrate_by_libvirt(options_, migration, is_shared_, on_progress);
  }

  Result<void> abort(const VmId& vm) override { return abort_by_libvirt(options_, vm); }

  Result<void> set_autostart(const VmId& vm, bool on) override {
    const auto connection = open_connection(options_.uri);
    if (!connection) return tl::unexpected(connection.error());
    const auto domain = find_domain(connection->get(), vm);
    if (!domain) return tl::unexpected(domain.error());
    const auto calm = on ? active_without_job(domain->get()) : Result<void>();
    if (!calm) return fail("autostart of VM " + vm.value + " is not set: " + calm.error().message);
    if (virDomainSetAutostart(domain->get(), on ? 1 : 0) != 0)
      return fail("autostart of VM " + vm.value + " can't be set: " + last_error().message);
    return {};
  }

  std::vector<std::string> check() override { return check_libvirt(options_); }
  std::vector<std::string> warnings() override { return warn_of_libvirt(); }
  [[nodiscard]] Hook hook() const override { return installed_hook(); }
  [[nodiscard]] std::string connect_uri() const override { return options_.connect_uri; }
  [[nodiscard]] std::string migrate_uri() const override { return options_.migrate_uri; }

 private:
  LibvirtOptions options_;
  IsShared is_shared_;
  std::mutex reading_;
  Connection connection_;  ///< for looking only: a migration or an abort opens its own
  DomainReader reader_;
};

}  // namespace

std::unique_ptr<Hypervisor> make_libvirt(const LibvirtOptions& options) {
  return std::make_unique<Libvirt>(options);
}

}  // namespace prumo::hypervisor
