#include "src/hypervisor/libvirt_call.h"

#include <algorithm>

namespace prumo::hypervisor {

MigrateParameters::MigrateParameters(const Migration& migration) {
  const policy::MigrationSettings& how = migration.how;
  if (!migration.migrate_uri.empty())
    virTypedParamsAddString(&list_, &count_, &size_, VIR_MIGRATE_PARAM_URI,
                            migration.migrate_uri.c_str());
  // libvirt takes whole MiB/s, and 0 for no limit.
  if (how.bandwidth_mib_s > 0) {
    const auto limit = static_cast<unsigned long long>(std::clamp(how.bandwidth_mib_s, 1.0, 1e6));
    for (const char* phase : {VIR_MIGRATE_PARAM_BANDWIDTH, VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY})
      virTypedParamsAddULLong(&list_, &count_, &size_, phase, limit);
  }
  if (how.parallel > 1)
    virTypedParamsAddInt(&list_, &count_, &size_, VIR_MIGRATE_PARAM_PARALLEL_CONNECTIONS,
                         static_cast<int>(how.parallel));
}

unsigned migrate_flags(const LibvirtOptions& options, const policy::MigrationSettings& how,
                       policy::Method method, bool persistent) {
  using policy::Method;
  unsigned flags = VIR_MIGRATE_PEER2PEER | VIR_MIGRATE_ABORT_ON_ERROR;
  if (method != Method::kStopAndCopy) flags |= VIR_MIGRATE_LIVE;
  // A defined VM moves with its definition: kept on both hosts it could be started twice.
  if (persistent) flags |= VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE;
  const bool may_go_over = how.last_resort == policy::LastResort::kPostCopy && how.allow_post_copy;
  if (method == Method::kPostCopy || (method == Method::kPreCopy && may_go_over))
    flags |= VIR_MIGRATE_POSTCOPY;
  if (method == Method::kPreCopy && how.auto_converge) flags |= VIR_MIGRATE_AUTO_CONVERGE;
  if (how.parallel > 1) flags |= VIR_MIGRATE_PARALLEL;
  if (how.tls) flags |= VIR_MIGRATE_TLS;
  if (options.allow_unsafe) flags |= VIR_MIGRATE_UNSAFE;
  return flags;
}

MigrateCall::MigrateCall(Connection connection, DomainHandle domain, unsigned flags,
                         const Migration& migration)
    : connection_(std::move(connection)),
      domain_(std::move(domain)),
      parameters_(migration),
      uri_(migration.connect_uri),
      flags_(flags),
      thread_([this] { run(); }) {}

std::optional<CallAnswer> MigrateCall::wait(Duration patience) {
  std::unique_lock lock(mutex_);
  answered_.wait_for(lock, patience, [this] { return answer_.has_value(); });
  return answer_;
}

void MigrateCall::run() {
  CallAnswer answer;
  answer.ok = virDomainMigrateToURI3(domain_.get(), uri_.c_str(), parameters_.list(),
                                     parameters_.count(), flags_) == 0;
  if (!answer.ok) answer.error = last_error();
  answer.connection_alive = virConnectIsAlive(connection_.get()) == 1;
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
  answered_.notify_all();
}

}  // namespace prumo::hypervisor
