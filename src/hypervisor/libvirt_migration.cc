#include "src/hypervisor/libvirt_migration.h"

#include <chrono>

#include "policy/method_choice.h"
#include "src/hypervisor/libvirt_call.h"
#include "src/hypervisor/libvirt_domains.h"
#include "src/hypervisor/libvirt_handle.h"
#include "src/hypervisor/libvirt_job.h"
#include "src/hypervisor/migration_watch.h"
#include "src/hypervisor/uri.h"

namespace prumo::hypervisor {
namespace {

using How = MigrationEnded::How;
using Clock = std::chrono::steady_clock;
constexpr Duration kEscortLook = 500ms;
constexpr Duration kAbortAgain = 5s;
/// Preparing takes milliseconds. A libvirt that hung meanwhile must not start what was ordered long
/// ago: the destination's slot may have been given to another by then.
constexpr Duration kPrepare = 20s;
/// The longest downtime that QEMU takes: it then stops the guest at once and copies the rest.
/// Should the migration fail, libvirt lets it run on; one that we had suspended it would not.
constexpr Duration kHoweverLong = 2000s;

Duration since(Clock::time_point begin) {
  return std::chrono::duration_cast<Duration>(Clock::now() - begin);
}

bool unwanted(const Migration& migration) { return migration.unwanted && migration.unwanted(); }

/// After a failure that libvirt told: the VM must be where it was, and run or have been ended.
/// Anything else is for both hosts to be asked about.
How how_it_failed(virConnectPtr connection, const VmId& vm) {
  const auto domain = find_domain(connection, vm);
  if (!domain) return How::kUnknown;
  int state = VIR_DOMAIN_NOSTATE;
  int reason = 0;
  if (virDomainGetState(domain->get(), &state, &reason, 0) != 0) return How::kUnknown;
  const bool half = state == VIR_DOMAIN_PAUSED && (reason == VIR_DOMAIN_PAUSED_MIGRATION ||
                                                   reason == VIR_DOMAIN_PAUSED_POSTCOPY ||
                                                   reason == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED);
  // Ended by its guest or by somebody, not by having moved.
  const bool off = state == VIR_DOMAIN_SHUTOFF &&
                   (reason == VIR_DOMAIN_SHUTOFF_SHUTDOWN ||
                    reason == VIR_DOMAIN_SHUTOFF_DESTROYED || reason == VIR_DOMAIN_SHUTOFF_CRASHED);
  const bool active = state != VIR_DOMAIN_SHUTOFF && state != VIR_DOMAIN_NOSTATE;
  return off || (active && !half) ? How::kFailed : How::kUnknown;
}

/// Looks for what libvirt would refuse, or hang on, before anything is started.
Result<void> check_before(const Migration& migration, const LibvirtOptions& options,
                          virDomainPtr domain, const IsShared& is_shared) {
  const auto endpoint = endpoint_of(migration.connect_uri);
  if (!endpoint) return fail("the destination's connection URI " + endpoint.error().message);
  if (!*endpoint)
    return fail("'" + migration.connect_uri + "' names no other host; mend its connect_uri");
  if (const auto reached = try_connect(**endpoint, options.connect_timeout); !reached)
    return fail("the destination's libvirt does not answer: " + reached.error().message);
  if (const auto calm = active_without_job(domain); !calm) return calm;
  const DomainTraits traits = read_traits(domain, is_shared);
  if (!traits.pinned.empty()) return fail("the VM can't migrate: " + traits.pinned);
  return {};
}

/// The method, as wished or as predicted from what the guest writes just now.
Result<policy::Method> method_of(const Migration& migration, double memory_mib,
                                 virDomainPtr domain) {
  policy::Transfer transfer;
  transfer.image_mib = migration.image_mib;
  transfer.bandwidth_mib_s =
      migration.how.bandwidth_mib_s > 0 ? migration.how.bandwidth_mib_s : migration.link_mib_s;
  transfer.dirty_mib_s = migration.dirty_mib_s.value_or(0);
  if (migration.how.method == policy::MethodWish::kAuto && !migration.dirty_mib_s) {
    const auto rates = measure_dirty_rates(virDomainGetConnect(domain), {migration.vm});
    if (rates.empty()) return fail("its dirty rate can't be measured");
    transfer.dirty_mib_s = rates.begin()->second;
  }
  const auto choice = choose_method(migration.how, memory_mib, transfer);
  if (!choice) return tl::unexpected(choice.error());
  return choice->method;
}

void set_downtime(virDomainPtr domain, Duration downtime) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(downtime).count();
  // May be refused, as by a job that has just ended; the migration then goes on as it was.
  (void)virDomainMigrateSetMaxDowntime(domain, static_cast<unsigned long long>(ms), 0);
}

/// Watches the running call and helps it along.
class Escort {
 public:
  Escort(const LibvirtOptions& options, const Migration& migration, policy::Method method,
         double memory_mib, virDomainPtr domain, const OnProgress& on_progress)
      : options_(options),
        migration_(migration),
        domain_(domain),
        on_progress_(on_progress),
        watch_(migration.how, method, memory_mib),
        to_post_copy_(method == policy::Method::kPostCopy) {
    if (method == policy::Method::kPreCopy) set_downtime(domain, watch_.downtime());
  }

  void look(Duration elapsed) {
    auto progress = progress_of(domain_);
    if (progress && on_progress_) {
      progress->op = migration_.op;
      on_progress_(*progress);
    }
    if (unwanted(migration_)) {
      // Refused while libvirt still connects: then at the next look.
      (void)abort_by_libvirt(options_, migration_.vm);
      return;
    }
    // Refused until memory is being copied: then at the next look.
    if (to_post_copy_ && progress && virDomainMigrateStartPostCopy(domain_, 0) == 0) {
      to_post_copy_ = false;
      watch_.went_over();
    }
    switch (
        watch_.look(elapsed, progress ? std::optional(progress->remaining_mib) : std::nullopt)) {
      case Help::kNone:
        break;
      case Help::kMoreDowntime:
        set_downtime(domain_, watch_.downtime());
        break;
      case Help::kLastResort:
        if (migration_.how.last_resort == policy::LastResort::kPostCopy)
          to_post_copy_ = true;
        else
          set_downtime(domain_, kHoweverLong);
        break;
      case Help::kGiveUp:
        if (elapsed < abort_next_) break;
        // May be refused, as while libvirt still connects; so again after a while.
        (void)abort_by_libvirt(options_, migration_.vm);
        abort_next_ = elapsed + kAbortAgain;
    }
  }
  [[nodiscard]] const std::string& given_up() const { return watch_.given_up(); }

 private:
  const LibvirtOptions& options_;
  const Migration& migration_;
  virDomainPtr domain_;
  const OnProgress& on_progress_;
  MigrationWatch watch_;
  bool to_post_copy_;
  Duration abort_next_{0};
};

}  // namespace

Result<void> abort_by_libvirt(const LibvirtOptions& options, const VmId& vm) {
  const auto connection = open_connection(options.uri);
  if (!connection) return tl::unexpected(connection.error());
  const auto domain = find_domain(connection->get(), vm);
  if (!domain) return tl::unexpected(domain.error());
  // Another job, as a backup of an operator's, is not ours to end.
  if (job_of(domain->get(), VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNKNOWN) == Job::kOther)
    return fail("libvirt is busy with another job on this VM, which is left alone");
  if (virDomainAbortJob(domain->get()) != 0)
    return fail("the job can't be aborted: " + last_error().message);
  return {};
}

MigrationEnded migrate_by_libvirt(const LibvirtOptions& options, const Migration& migration,
                                  const IsShared& is_shared, const OnProgress& on_progress) {
  MigrationEnded ended;
  ended.op = migration.op;
  const auto end = [&ended](How how, std::string error) {
    ended.how = how;
    ended.error = std::move(error);
    return ended;
  };
  const auto called = Clock::now();
  auto connection = open_connection(options.uri);
  if (!connection) return end(How::kNotStarted, connection.error().message);
  auto domain = find_domain(connection->get(), migration.vm);
  if (!domain) return end(How::kNotStarted, domain.error().message);
  if (const auto fine = check_before(migration, options, domain->get(), is_shared); !fine)
    return end(How::kNotStarted, fine.error().message);
  const auto watching = open_connection(options.uri);
  if (!watching) return end(How::kNotStarted, watching.error().message);
  const auto watched = find_domain(watching->get(), migration.vm);
  if (!watched) return end(How::kNotStarted, watched.error().message);

  const int persistent = virDomainIsPersistent(domain->get());
  if (persistent < 0)
    return end(How::kNotStarted,
               "libvirt can't tell whether the VM is defined: " + last_error().message);

  virDomainInfo info{};
  const bool sized = virDomainGetInfo(domain->get(), &info) == 0;
  const double memory_mib = sized ? static_cast<double>(info.maxMem) / 1024 : 0;
  const auto method = method_of(migration, memory_mib, domain->get());
  if (!method) return end(How::kNotStarted, method.error().message);

  JobListener listener(watching->get(), watched->get());
  Escort escort(options, migration, *method, memory_mib, watched->get(), on_progress);
  if (since(called) > kPrepare)
    return end(How::kNotStarted, "libvirt was too slow to answer; nothing was started");
  if (unwanted(migration)) return end(How::kNotStarted, kAbortedBefore);
  const auto begin = Clock::now();
  const unsigned flags = migrate_flags(options, migration.how, *method, persistent == 1);
  MigrateCall call(std::move(*connection), std::move(*domain), flags, migration);
  std::optional<CallAnswer> answer;
  while (!(answer = call.wait(kEscortLook))) escort.look(since(begin));

  ended.total = since(begin);
  if (answer->ok) {
    listener.fill(ended);
    return end(How::kDone, {});
  }
  if (answer->error.code == VIR_ERR_MIGRATE_PERSIST_FAILED) {
    listener.fill(ended);
    return end(How::kDone, "moved, but not defined at the destination: " + answer->error.message);
  }
  if (!answer->connection_alive) return end(How::kUnknown, answer->error.message);
  const How how = how_it_failed(watching->get(), migration.vm);
  if (how == How::kFailed && !escort.given_up().empty())
    return end(How::kGivenUp, escort.given_up());
  if (how == How::kFailed && answer->error.code == VIR_ERR_OPERATION_ABORTED)
    return end(How::kAborted, answer->error.message);
  return end(how, answer->error.message);
}

}  // namespace prumo::hypervisor
