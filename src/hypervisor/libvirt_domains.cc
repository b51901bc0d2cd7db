#include "src/hypervisor/libvirt_domains.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <set>

#include "src/hypervisor/libvirt_state.h"

namespace prumo::hypervisor {
namespace {

constexpr double kTraitsFor = 60;  ///< seconds
constexpr double kMibPerKib = 1.0 / 1024;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Free {
  void operator()(char* text) const {
    std::free(text);
  }  // NOLINT: libvirt hands out malloc'ed text
};

/// The ids of the domains that `flags` selects; one call instead of one per domain and property.
Result<std::set<VmId>> listed(virConnectPtr connection, unsigned flags) {
  virDomainPtr* list = nullptr;
  const int count = virConnectListAllDomains(connection, &list, flags);
  if (count < 0) return fail("libvirt can't list its VMs: " + last_error().message);
  std::set<VmId> ids;
  for (int i = 0; i < count; ++i) {
    const DomainHandle domain(list[i]);
    ids.insert(VmId(uuid_of(domain.get())));
  }
  std::free(list);  // NOLINT
  return ids;
}

VmMemory memory_of(const Parameters& figures, bool hugepages) {
  const auto mib = [&figures](const char* name) -> std::optional<double> {
    const auto kib = figures.number(name);
    if (!kib) return std::nullopt;
    return static_cast<double>(*kib) * kMibPerKib;
  };
  VmMemory memory;
  memory.maximum = mib("balloon.maximum").value_or(0);
  memory.current = mib("balloon.current").value_or(memory.maximum);
  memory.resident = mib("balloon.rss");
  // Without a guest driver that reports, `usable` is a figure of nothing.
  if (figures.number("balloon.last-update").value_or(0) > 0) memory.usable = mib("balloon.usable");
  memory.hugepages = hugepages;
  return memory;
}

VmCounters counters_of(const Parameters& figures, double at) {
  VmCounters counters;
  counters.at = at;
  counters.cpu_ns = figures.number("cpu.time").value_or(0);
  const auto interfaces = std::min(figures.number("net.count").value_or(0), 256ULL);
  for (unsigned long long i = 0; i < interfaces; ++i) {
    const std::string net = "net." + std::to_string(i);
    counters.received += figures.number(net + ".rx.bytes").value_or(0);
    counters.sent += figures.number(net + ".tx.bytes").value_or(0);
  }
  return counters;
}

}  // namespace

DomainTraits read_traits(virDomainPtr domain, const IsShared& is_shared) {
  const std::unique_ptr<char, Free> xml(virDomainGetXMLDesc(domain, 0));
  if (!xml) return {"its definition can't be read: " + last_error().message, false, {}};
  DomainTraits traits = traits_of(xml.get(), is_shared);
  if (traits.pinned.empty() && virDomainSnapshotNum(domain, 0) > 0) traits.pinned = "has snapshots";
  return traits;
}

std::optional<Job> job_of(virDomainPtr domain, int state, int reason) {
  int type = VIR_DOMAIN_JOB_NONE;
  virTypedParameterPtr list = nullptr;
  int count = 0;
  if (virDomainGetJobStats(domain, &type, &list, &count, 0) != 0) {
    const VirError error = last_error();
    if (error.code == VIR_ERR_NO_DOMAIN) return std::nullopt;
    // Only the source has statistics of a migration: the destination refuses to answer.
    if (error.code == VIR_ERR_OPERATION_UNSUPPORTED && may_be_incoming(state, reason))
      return Job::kIncoming;
    // A driver that knows no jobs has none, nor has a domain that has just stopped.
    return error.code == VIR_ERR_NO_SUPPORT || error.code == VIR_ERR_OPERATION_INVALID
               ? Job::kNone
               : Job::kOther;
  }
  const auto operation = Parameters(list, count).number(VIR_DOMAIN_JOB_OPERATION);
  virTypedParamsFree(list, count);
  if (type != VIR_DOMAIN_JOB_BOUNDED && type != VIR_DOMAIN_JOB_UNBOUNDED) return Job::kNone;
  if (operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT) return Job::kOutgoing;
  if (operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN) return Job::kIncoming;
  return Job::kOther;
}

Result<void> active_without_job(virDomainPtr domain) {
  int state = VIR_DOMAIN_NOSTATE;
  int reason = 0;
  if (virDomainGetState(domain, &state, &reason, 0) != 0) return fail(last_error().message);
  if (state != VIR_DOMAIN_RUNNING && state != VIR_DOMAIN_BLOCKED && state != VIR_DOMAIN_PAUSED)
    return fail("the VM is not running");
  if (job_of(domain, state, reason) != Job::kNone)
    return fail("libvirt is busy with another job on this VM");
  return {};
}

void DomainReader::add_usage(virDomainPtr handle, const Parameters& figures, double at,
                             Known& known, Domain& domain) {
  const int run = static_cast<int>(virDomainGetID(handle));
  if (known.traits_at <= 0 || at - known.traits_at > kTraitsFor || known.run != run) {
    known.traits = read_traits(handle, is_shared_);
    known.traits_at = at;
  }
  domain.pinned = known.traits.pinned;
  domain.wishes = known.traits.wishes;
  if (!domain.active()) return;
  const VmMemory memory = memory_of(figures, known.traits.hugepages);
  const VmCounters counters = counters_of(figures, at);
  const bool comparable = known.counted && known.run == run;
  domain.usage = usage_of(comparable ? known.counters : counters, counters, memory);
  domain.image_mib = image_of(memory);
  known.counters = counters;
  known.counted = true;
  known.run = run;
}

Result<std::vector<Domain>> DomainReader::read(virConnectPtr connection, bool with_usage) {
  const auto persistent = listed(connection, VIR_CONNECT_LIST_DOMAINS_PERSISTENT);
  if (!persistent) return tl::unexpected(persistent.error());
  const auto autostart = listed(connection, VIR_CONNECT_LIST_DOMAINS_AUTOSTART);
  if (!autostart) return tl::unexpected(autostart.error());

  unsigned groups = VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_BALLOON;
  if (with_usage) groups |= VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_INTERFACE;
  virDomainStatsRecordPtr* list = nullptr;
  const double at = now();
  const int count = virConnectGetAllDomainStats(connection, groups, &list,
                                                VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
  if (count < 0) return fail("libvirt can't tell its VMs' state: " + last_error().message);
  const StatsList owner(list);

  for (auto& [id, known] : known_) known.seen = false;
  std::vector<Domain> domains;
  for (int i = 0; i < count; ++i) {
    const virDomainPtr handle = list[i]->dom;
    const Parameters figures(list[i]->params, list[i]->nparams);
    Domain domain;
    domain.id = VmId(uuid_of(handle));
    domain.name = virDomainGetName(handle);
    domain.persistent = persistent->contains(domain.id);
    domain.autostart = autostart->contains(domain.id);
    domain.memory_mib =
        static_cast<double>(figures.number("balloon.maximum").value_or(0)) * kMibPerKib;

    int state = static_cast<int>(figures.number("state.state").value_or(VIR_DOMAIN_NOSTATE));
    int reason = static_cast<int>(figures.number("state.reason").value_or(0));
    const bool active = state != VIR_DOMAIN_SHUTOFF && state != VIR_DOMAIN_NOSTATE;
    // Asking a domain for its job waits for whoever holds its lock. That somebody does shows in the
    // figures that need the lock being left out; on an incoming one the question is refused without
    // waiting.
    const bool free = figures.number("balloon.current").has_value();
    if (active && !free && !may_be_incoming(state, reason)) {
      domain.job = Job::kOther;
    } else if (active) {
      const auto job = job_of(handle, state, reason);
      if (!job) continue;
      domain.job = *job;
      // The migration may have ended between the two questions.
      if (may_be_incoming(state, reason) && domain.job == Job::kNone &&
          virDomainGetState(handle, &state, &reason, 0) != 0)
        continue;
    }
    domain.state = state_of(state, reason, domain.job, domain.persistent);
    if (domain.state == DomainState::kPausedIncoming) domain.job = Job::kIncoming;

    Known& known = known_[domain.id];
    known.seen = true;
    if (with_usage && domain.state != DomainState::kPausedIncoming)
      add_usage(handle, figures, at, known, domain);
    domains.push_back(std::move(domain));
  }
  std::erase_if(known_, [](const auto& entry) { return !entry.second.seen; });
  std::sort(domains.begin(), domains.end(),
            [](const Domain& a, const Domain& b) { return a.id < b.id; });
  return domains;
}

}  // namespace prumo::hypervisor
