#include "src/hypervisor/libvirt_migration.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "src/hypervisor/libvirt_domains.h"
#include "src/hypervisor/libvirt_handle.h"
#include "src/hypervisor/migration_watch.h"
#include "src/hypervisor/uri.h"

namespace prumo::hypervisor {
namespace {

using How = MigrationEnded::How;
using Clock = std::chrono::steady_clock;
constexpr Duration kLook = 500ms;
constexpr Duration kStalled = 150s;
constexpr Duration kAbortAgain = 5s;
/// Preparing takes milliseconds. A libvirt that hung meanwhile must not start what was ordered long
/// ago: the destination's slot may have been given to another by then.
constexpr Duration kPrepare = 20s;
/// The event with the figures may come a little after the answer.
constexpr Duration kFiguresWait = 1s;

Duration since(Clock::time_point begin) {
  return std::chrono::duration_cast<Duration>(Clock::now() - begin);
}

/// What is known of the job when it is over; filled by libvirt's event thread.
struct Figures {
  std::mutex mutex;
  std::condition_variable told;
  bool known = false;
  Duration total{0};
  Duration downtime{0};
};

/// libvirt counts these in milliseconds.
Duration milliseconds(const Parameters& list, const char* name) {
  const auto ms = std::min(list.number(name).value_or(0), 1ULL << 40U);
  return std::chrono::milliseconds(static_cast<std::int64_t>(ms));
}

void on_job_completed(virConnectPtr, virDomainPtr, virTypedParameterPtr list, int count,
                      void* opaque) {
  const auto& figures = *static_cast<std::shared_ptr<Figures>*>(opaque);
  const Parameters parameters(list, count);
  const std::lock_guard lock(figures->mutex);
  figures->known = true;
  figures->total = milliseconds(parameters, VIR_DOMAIN_JOB_TIME_ELAPSED);
  figures->downtime = milliseconds(parameters, VIR_DOMAIN_JOB_DOWNTIME);
  figures->told.notify_all();
}

/// Listens for the end of the domain's job for as long as it lives. The figures outlive it, since
/// libvirt may be calling back at that moment.
class JobListener {
 public:
  JobListener(virConnectPtr connection, virDomainPtr domain) : connection_(connection) {
    auto held = std::make_unique<std::shared_ptr<Figures>>(figures_);
    id_ = virConnectDomainEventRegisterAny(
        connection, domain, VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
        VIR_DOMAIN_EVENT_CALLBACK(on_job_completed), held.get(),
        [](void* opaque) { delete static_cast<std::shared_ptr<Figures>*>(opaque); });
    if (id_ >= 0) held.release();  // NOLINT: libvirt deletes it by the function above
  }
  ~JobListener() {
    if (id_ >= 0) virConnectDomainEventDeregisterAny(connection_, id_);
  }
  JobListener(const JobListener&) = delete;
  JobListener& operator=(const JobListener&) = delete;

  /// Waits a moment for figures that are still on their way.
  void fill(MigrationEnded& ended) {
    std::unique_lock lock(figures_->mutex);
    if (id_ < 0 || !figures_->told.wait_for(lock, kFiguresWait, [this] { return figures_->known; }))
      return;
    ended.total = figures_->total;
    ended.downtime = figures_->downtime;
  }

 private:
  std::shared_ptr<Figures> figures_ = std::make_shared<Figures>();
  virConnectPtr connection_;
  int id_ = -1;
};

/// The parameters of one migration, as libvirt wants them.
class MigrateParameters {
 public:
  MigrateParameters(const LibvirtOptions& options, const Migration& migration) {
    if (!migration.migrate_uri.empty())
      virTypedParamsAddString(&list_, &count_, &size_, VIR_MIGRATE_PARAM_URI,
                              migration.migrate_uri.c_str());
    const double bandwidth =
        migration.bandwidth_mib_s > 0 ? migration.bandwidth_mib_s : options.bandwidth_mib_s;
    // libvirt takes whole MiB/s, and 0 for no limit.
    if (bandwidth > 0)
      virTypedParamsAddULLong(&list_, &count_, &size_, VIR_MIGRATE_PARAM_BANDWIDTH,
                              static_cast<unsigned long long>(std::clamp(bandwidth, 1.0, 1e6)));
  }
  ~MigrateParameters() { virTypedParamsFree(list_, count_); }
  MigrateParameters(const MigrateParameters&) = delete;
  MigrateParameters& operator=(const MigrateParameters&) = delete;

  [[nodiscard]] virTypedParameterPtr list() const { return list_; }
  [[nodiscard]] unsigned count() const { return static_cast<unsigned>(count_); }

 private:
  virTypedParameterPtr list_ = nullptr;
  int count_ = 0;
  int size_ = 0;
};

unsigned flags_of(const LibvirtOptions& options, bool persistent) {
  unsigned flags = VIR_MIGRATE_LIVE | VIR_MIGRATE_PEER2PEER | VIR_MIGRATE_ABORT_ON_ERROR;
  // A defined VM moves with its definition: kept on both hosts it could be started twice.
  if (persistent) flags |= VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE;
  if (options.auto_converge) flags |= VIR_MIGRATE_AUTO_CONVERGE;
  if (options.allow_unsafe) flags |= VIR_MIGRATE_UNSAFE;
  return flags;
}

/// How libvirt answered the call that migrates.
struct Answer {
  bool ok = false;
  bool connection_alive = false;
  VirError error;
};

/// Makes the blocking call in a thread of its own.
class Call {
 public:
  Call(Connection connection, DomainHandle domain, unsigned flags, const LibvirtOptions& options,
       const Migration& migration)
      : connection_(std::move(connection)),
        domain_(std::move(domain)),
        parameters_(options, migration),
        uri_(migration.connect_uri),
        flags_(flags),
        thread_([this] { run(); }) {}
  ~Call() { thread_.join(); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// The answer, when it comes within `patience`.
  [[nodiscard]] std::optional<Answer> wait(Duration patience) {
    std::unique_lock lock(mutex_);
    answered_.wait_for(lock, patience, [this] { return answer_.has_value(); });
    return answer_;
  }

 private:
  void run() {
    Answer answer;
    answer.ok = virDomainMigrateToURI3(domain_.get(), uri_.c_str(), parameters_.list(),
                                       parameters_.count(), flags_) == 0;
    if (!answer.ok) answer.error = last_error();
    answer.connection_alive = virConnectIsAlive(connection_.get()) == 1;
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
    answered_.notify_all();
  }

  Connection connection_;
  DomainHandle domain_;
  MigrateParameters parameters_;
  std::string uri_;
  unsigned flags_;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::optional<Answer> answer_;
  std::thread thread_;  ///< last: it uses all of the above
};

/// Total and remaining MiB of the running job; nothing when libvirt does not say.
std::optional<MigrationProgress> progress_of(virDomainPtr domain) {
  int type = VIR_DOMAIN_JOB_NONE;
  virTypedParameterPtr list = nullptr;
  int count = 0;
  if (virDomainGetJobStats(domain, &type, &list, &count, 0) != 0) return std::nullopt;
  const Parameters parameters(list, count);
  const auto total = parameters.number(VIR_DOMAIN_JOB_DATA_TOTAL);
  const auto remaining = parameters.number(VIR_DOMAIN_JOB_DATA_REMAINING);
  const Duration elapsed = milliseconds(parameters, VIR_DOMAIN_JOB_TIME_ELAPSED);
  virTypedParamsFree(list, count);
  if (!total || !remaining || *total == 0) return std::nullopt;
  constexpr double kMib = 1024.0 * 1024.0;
  return MigrationProgress{
      {}, static_cast<double>(*total) / kMib, static_cast<double>(*remaining) / kMib, elapsed};
}

/// After a failure that libvirt told: the VM must be where it was, and run. Anything else is for
/// both hosts to be asked about.
How how_it_failed(virConnectPtr connection, const VmId& vm) {
  const auto domain = find_domain(connection, vm);
  if (!domain) return How::kUnknown;
  int state = VIR_DOMAIN_NOSTATE;
  int reason = 0;
  if (virDomainGetState(domain->get(), &state, &reason, 0) != 0) return How::kUnknown;
  const bool half = state == VIR_DOMAIN_PAUSED && (reason == VIR_DOMAIN_PAUSED_MIGRATION ||
                                                   reason == VIR_DOMAIN_PAUSED_POSTCOPY ||
                                                   reason == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED);
  const bool active = state != VIR_DOMAIN_SHUTOFF && state != VIR_DOMAIN_NOSTATE;
  return active && !half ? How::kFailed : How::kUnknown;
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
  int state = VIR_DOMAIN_NOSTATE;
  int reason = 0;
  if (virDomainGetState(domain, &state, &reason, 0) != 0) return fail(last_error().message);
  if (state != VIR_DOMAIN_RUNNING && state != VIR_DOMAIN_BLOCKED && state != VIR_DOMAIN_PAUSED)
    return fail("the VM is not running");
  const auto job = job_of(domain, state, reason);
  if (job != Job::kNone) return fail("libvirt is busy with another job on this VM");
  const DomainTraits traits = read_traits(domain, is_shared);
  if (!traits.pinned.empty()) return fail("the VM can't migrate: " + traits.pinned);
  return {};
}

}  // namespace

Duration longest_migration(double memory_mib) {
  return 2min + Duration(static_cast<Duration::rep>(std::clamp(memory_mib, 0.0, 1e9) / 4 * 1e6));
}

Result<void> abort_by_libvirt(const LibvirtOptions& options, const VmId& vm) {
  const auto connection = open_connection(options.uri);
  if (!connection) return tl::unexpected(connection.error());
  const auto domain = find_domain(connection->get(), vm);
  if (!domain) return tl::unexpected(domain.error());
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
  if (!connection) return end(How::kFailed, connection.error().message);
  auto domain = find_domain(connection->get(), migration.vm);
  if (!domain) return end(How::kFailed, domain.error().message);
  if (const auto fine = check_before(migration, options, domain->get(), is_shared); !fine)
    return end(How::kFailed, fine.error().message);
  const auto watching = open_connection(options.uri);
  if (!watching) return end(How::kFailed, watching.error().message);
  const auto watched = find_domain(watching->get(), migration.vm);
  if (!watched) return end(How::kFailed, watched.error().message);

  const int persistent = virDomainIsPersistent(domain->get());
  if (persistent < 0)
    return end(How::kFailed,
               "libvirt can't tell whether the VM is defined: " + last_error().message);

  virDomainInfo info{};
  const bool sized = virDomainGetInfo(domain->get(), &info) == 0;
  MigrationWatch watch(migration.give_up_after > Duration::zero()
                           ? migration.give_up_after
                           : longest_migration(sized ? static_cast<double>(info.maxMem) / 1024 : 0),
                       kStalled);

  JobListener listener(watching->get(), watched->get());
  if (since(called) > kPrepare)
    return end(How::kFailed, "libvirt was too slow to answer; nothing was started");
  const auto begin = Clock::now();
  Call call(std::move(*connection), std::move(*domain), flags_of(options, persistent == 1), options,
            migration);
  std::string given_up;
  Duration abort_next{0};
  std::optional<Answer> answer;
  while (!(answer = call.wait(kLook))) {
    auto progress = progress_of(watched->get());
    std::string why =
        progress ? watch.look(since(begin), progress->remaining_mib) : watch.look(since(begin));
    if (progress && on_progress) {
      progress->op = migration.op;
      on_progress(*progress);
    }
    if (given_up.empty()) given_up = std::move(why);
    if (!given_up.empty() && since(begin) >= abort_next) {
      // May be refused, as while libvirt still connects; so again after a while.
      (void)abort_by_libvirt(options, migration.vm);
      abort_next = since(begin) + kAbortAgain;
    }
  }

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
  if (how == How::kFailed && !given_up.empty()) return end(How::kFailed, given_up);
  if (how == How::kFailed && answer->error.code == VIR_ERR_OPERATION_ABORTED)
    return end(How::kAborted, answer->error.message);
  return end(how, answer->error.message);
}

}  // namespace prumo::hypervisor
