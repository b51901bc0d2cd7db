#include "src/hypervisor/libvirt_job.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "src/hypervisor/libvirt_handle.h"

namespace prumo::hypervisor {
namespace {

/// The event with the figures may come a little after the answer.
constexpr Duration kFiguresWait = 1s;
constexpr double kMib = 1024.0 * 1024.0;
constexpr int kMeasureSeconds = 1;
constexpr Duration kMeasureLook = 100ms;
constexpr Duration kMeasureWait = 3s;

/// libvirt counts these in milliseconds.
Duration milliseconds(const Parameters& list, const char* name) {
  const auto ms = std::min(list.number(name).value_or(0), 1ULL << 40U);
  return std::chrono::milliseconds(static_cast<std::int64_t>(ms));
}

struct DirtyRate {
  bool measuring = false;
  std::optional<double> mib_s;
};
DirtyRate dirty_rate(virDomainPtr domain) {
  virDomainPtr one[] = {domain, nullptr};
  virDomainStatsRecordPtr* list = nullptr;
  // Else it waits for up to 30 s for a domain that is busy.
  const int count = virDomainListGetStats(one, VIR_DOMAIN_STATS_DIRTYRATE, &list,
                                          VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
  if (count < 1) return {};
  const StatsList owner(list);
  const Parameters figures(list[0]->params, list[0]->nparams);
  const auto status = figures.number("dirtyrate.calc_status");
  if (status == VIR_DOMAIN_DIRTYRATE_MEASURING) return {true, std::nullopt};
  const auto rate = figures.number("dirtyrate.megabytes_per_second");
  if (status != VIR_DOMAIN_DIRTYRATE_MEASURED || !rate) return {};
  return {false, static_cast<double>(*rate)};
}

}  // namespace

/// Filled by libvirt's event thread.
struct JobListener::Figures {
  std::mutex mutex;
  std::condition_variable told;
  bool known = false;
  Duration total{0};
  Duration downtime{0};
  double copied_mib = 0;
};

void JobListener::on_job_completed(virConnectPtr, virDomainPtr, virTypedParameterPtr list,
                                   int count, void* opaque) {
  const auto& figures = *static_cast<std::shared_ptr<Figures>*>(opaque);
  const Parameters parameters(list, count);
  const std::lock_guard lock(figures->mutex);
  figures->known = true;
  figures->total = milliseconds(parameters, VIR_DOMAIN_JOB_TIME_ELAPSED);
  figures->downtime = milliseconds(parameters, VIR_DOMAIN_JOB_DOWNTIME);
  figures->copied_mib =
      static_cast<double>(parameters.number(VIR_DOMAIN_JOB_DATA_PROCESSED).value_or(0)) / kMib;
  figures->told.notify_all();
}

JobListener::JobListener(virConnectPtr connection, virDomainPtr domain)
    : figures_(std::make_shared<Figures>()), connection_(connection) {
  auto held = std::make_unique<std::shared_ptr<Figures>>(figures_);
  id_ = virConnectDomainEventRegisterAny(
      connection, domain, VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
      VIR_DOMAIN_EVENT_CALLBACK(on_job_completed), held.get(),
      [](void* opaque) { delete static_cast<std::shared_ptr<Figures>*>(opaque); });
  if (id_ >= 0) held.release();  // NOLINT: libvirt deletes it by the function above
}

JobListener::~JobListener() {
  if (id_ >= 0) virConnectDomainEventDeregisterAny(connection_, id_);
}

void JobListener::fill(MigrationEnded& ended) {
  std::unique_lock lock(figures_->mutex);
  if (id_ < 0 || !figures_->told.wait_for(lock, kFiguresWait, [this] { return figures_->known; }))
    return;
  ended.total = figures_->total;
  ended.downtime = figures_->downtime;
  ended.copied_mib = figures_->copied_mib;
}

std::optional<MigrationProgress> progress_of(virDomainPtr domain) {
  int type = VIR_DOMAIN_JOB_NONE;
  virTypedParameterPtr list = nullptr;
  int count = 0;
  if (virDomainGetJobStats(domain, &type, &list, &count, 0) != 0) return std::nullopt;
  const Parameters parameters(list, count);
  const auto total = parameters.number(VIR_DOMAIN_JOB_DATA_TOTAL);
  const auto remaining = parameters.number(VIR_DOMAIN_JOB_DATA_REMAINING);
  const Duration elapsed = milliseconds(parameters, VIR_DOMAIN_JOB_TIME_ELAPSED);
  const auto rate = parameters.number(VIR_DOMAIN_JOB_MEMORY_BPS);
  const auto dirty_pages = parameters.number(VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE);
  const auto page = parameters.number(VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE);
  virTypedParamsFree(list, count);
  if (!total || !remaining || *total == 0) return std::nullopt;
  return MigrationProgress{
      {},
      static_cast<double>(*total) / kMib,
      static_cast<double>(*remaining) / kMib,
      elapsed,
      static_cast<double>(rate.value_or(0)) / kMib,
      static_cast<double>(dirty_pages.value_or(0)) * static_cast<double>(page.value_or(0)) / kMib};
}

std::map<VmId, double> measure_dirty_rates(virConnectPtr connection, const std::vector<VmId>& vms) {
  std::map<VmId, DomainHandle> measured;
  for (const VmId& vm : vms) {
    auto domain = find_domain(connection, vm);
    if (!domain) continue;
    // Refused while another measurement of it runs: that one's figure is as good.
    if (virDomainStartDirtyRateCalc(domain->get(), kMeasureSeconds, 0) == 0 ||
        dirty_rate(domain->get()).measuring)
      measured.emplace(vm, std::move(*domain));
  }
  std::map<VmId, double> rates;
  for (Duration waited{0}; waited < kMeasureWait && !measured.empty(); waited += kMeasureLook) {
    std::this_thread::sleep_for(kMeasureLook);
    std::erase_if(measured, [&](const auto& entry) {
      const auto rate = dirty_rate(entry.second.get()).mib_s;
      if (rate) rates[entry.first] = *rate;
      return rate.has_value();
    });
  }
  return rates;
}

}  // namespace prumo::hypervisor
