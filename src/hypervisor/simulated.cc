#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <thread>

#include "policy/method_choice.h"
#include "src/hypervisor/hypervisor.h"
#include "src/hypervisor/key_value_file.h"
#include "src/hypervisor/simulated_folder.h"

namespace prumo::hypervisor {
namespace {

namespace fs = std::filesystem;
constexpr Duration kJourneyLook = 100ms;  ///< how often a migration is looked at
constexpr Duration kProgress = 500ms;     ///< how often progress is told

Instant boot_now() {
  timespec t{};
  clock_gettime(CLOCK_BOOTTIME, &t);
  return Instant{std::chrono::seconds(t.tv_sec) + Duration(t.tv_nsec / 1000)};
}

double unix_now() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

Resources load_of(const SimulatedVm& vm, double now) {
  if (vm.state == DomainState::kShutOff) return {};
  Resources load = vm.load.at(now - vm.started);
  if (vm.state == DomainState::kPaused) load.cpu = load.network = 0;
  return load;
}

/// The part of a wanted CPU and network load that a host really gives; memory is what it is.
struct Share {
  double cpu = 1;
  double network = 1;
  [[nodiscard]] Resources of(const Resources& wanted) const {
    return {wanted.cpu * cpu, wanted.memory, wanted.network * network};
  }
};

/// What the host's own work and its VMs want together; a VM that migrates loads both sides.
Resources wanted_on(const SimulatedHost& host, const SimulatedWorld& world, double now) {
  Resources sum = host.base.at(now - host.started);
  for (const auto& [id, vm] : world.vms) {
    const auto job = world.jobs.find(id);
    if (vm.host != host.id && (job == world.jobs.end() || job->second.to != host.id)) continue;
    const Resources load = load_of(vm, now);
    for (const Resource r : kResources) sum[r] += load[r];
  }
  return sum;
}

Share share_on(const SimulatedHost& host, const Resources& wanted) {
  const auto part = [](double capacity, double want) {
    return want > capacity ? capacity / want : 1.0;
  };
  return {part(host.capacity.cpu, wanted.cpu), part(host.capacity.network, wanted.network)};
}

struct View {
  SimulatedHost host;
  SimulatedWorld world;
};
/// One consistent look, taken under the lock. Errors also when this host is down.
Result<View> look(const fs::path& folder, const HostId& self) {
  const auto lock = FolderLock::take(folder);
  if (!lock) return tl::unexpected(lock.error());
  if (is_down(folder, self))
    return fail("simulated host " + self.value +
                " is down: " + (folder / "hosts" / (self.value + ".down")).string() + " exists");
  auto host = read_host(folder, self);
  if (!host) return tl::unexpected(host.error());
  auto world = resolve(folder, boot_now());
  if (!world) return tl::unexpected(world.error());
  return View{std::move(*host), std::move(*world)};
}

class Simulated final : public Hypervisor {
 public:
  explicit Simulated(SimulatedOptions options) : options_(std::move(options)) {}

  Result<std::vector<Domain>> domains(bool with_usage) override {
    const auto view = look(options_.folder, options_.host);
    if (!view) return tl::unexpected(view.error());
    const double now = unix_now();
    const Share share = share_on(view->host, wanted_on(view->host, view->world, now));
    std::vector<Domain> domains;
    for (const auto& [id, vm] : view->world.vms) {
      const auto job = view->world.jobs.find(id);
      const bool travels = job != view->world.jobs.end();
      const bool incoming = travels && job->second.to == options_.host;
      if (vm.host != options_.host && !incoming) continue;
      Domain domain;
      domain.id = id;
      domain.name = vm.name;
      domain.state = incoming ? DomainState::kPausedIncoming : vm.state;
      domain.job = incoming ? Job::kIncoming : travels ? Job::kOutgoing : Job::kNone;
      domain.persistent = vm.persistent && !incoming;
      domain.autostart = vm.autostart && !incoming;
      domain.memory_mib = vm.memory_mib;
      if (with_usage) {
        if (!incoming) domain.usage = share.of(load_of(vm, now));
        domain.image_mib = vm.image_mib;
        domain.pinned = vm.pinned;
        domain.wishes = vm.wishes;
      }
      domains.push_back(std::move(domain));
    }
    return domains;
  }

  std::map<VmId, double> dirty_rates(const std::vector<VmId>& vms) override {
    std::map<VmId, double> rates;
    const auto view = look(options_.folder, options_.host);
    if (!view) return rates;
    for (const VmId& id : vms) {
      const auto vm = view->world.vms.find(id);
      if (vm != view->world.vms.end() && vm->second.host == options_.host)
        rates[id] = vm->second.dirty_mib_s;
    }
    return rates;
  }

  MigrationEnded migrate(const Migration& migration, const OnProgress& on_progress) override {
    MigrationEnded ended;
    ended.op = migration.op;
    const auto end = [&ended](MigrationEnded::How how, std::string error) {
      ended.how = how;
      ended.error = std::move(error);
      return ended;
    };
    const auto unwanted = [&migration] { return migration.unwanted && migration.unwanted(); };
    if (unwanted()) return end(MigrationEnded::How::kNotStarted, kAbortedBefore);
    const auto job = begin(migration);
    if (!job) return end(MigrationEnded::How::kNotStarted, job.error().message);

    const Duration deadline = effective_deadline(migration.how, job->total_mib);
    Instant next_progress = job->begun;
    while (true) {
      const auto view = look(options_.folder, options_.host);
      if (!view) return end(MigrationEnded::How::kUnknown, view.error().message);
      const Duration elapsed = boot_now() - job->begun;
      const auto vm = view->world.vms.find(migration.vm);
      if (vm == view->world.vms.end())
        return end(MigrationEnded::How::kUnknown, "the VM's file is gone");
      if (vm->second.host == migration.to) {
        ended.total = job->total;
        ended.downtime = job->downtime;
        ended.copied_mib = job->total_mib;
        return end(MigrationEnded::How::kDone, {});
      }
      if (!view->world.jobs.contains(migration.vm)) {
        if (is_down(options_.folder, migration.to))
          return end(MigrationEnded::How::kFailed, migration.to.value + " went down");
        return end(MigrationEnded::How::kAborted, "the migration was aborted");
      }
      if (unwanted()) {
        (void)abort(migration.vm);  // may have ended at this very moment: the next look tells
        continue;
      }
      if (elapsed >= deadline) {
        // It may have ended at this very moment: then the next look tells how.
        if (!abort(migration.vm)) continue;
        return end(MigrationEnded::How::kGivenUp, "given up: it took too long");
      }
      if (boot_now() >= next_progress) {
        next_progress = boot_now() + kProgress;
        const double part =
            std::clamp(seconds(elapsed) / std::max(seconds(job->total), 1e-6), 0.0, 1.0);
        if (on_progress)
          on_progress({migration.op, job->total_mib, job->total_mib * (1 - part), elapsed, 0,
                       vm->second.dirty_mib_s});
      }
      const Duration left = job->total - elapsed;
      std::this_thread::sleep_for(std::clamp(left, Duration(1ms), Duration(kJourneyLook)));
    }
  }

  Result<void> abort(const VmId& vm) override {
    const auto lock = FolderLock::take(options_.folder);
    if (!lock) return tl::unexpected(lock.error());
    const auto world = resolve(options_.folder, boot_now());
    if (!world) return tl::unexpected(world.error());
    const auto job = world->jobs.find(vm);
    if (job == world->jobs.end() || job->second.from != options_.host)
      return fail("no migration of this VM is running here");
    return remove_job(options_.folder, vm);
  }

  Result<void> set_autostart(const VmId& id, bool on) override {
    const auto lock = FolderLock::take(options_.folder);
    if (!lock) return tl::unexpected(lock.error());
    auto world = resolve(options_.folder, boot_now());
    if (!world) return tl::unexpected(world.error());
    const auto vm = world->vms.find(id);
    if (vm == world->vms.end() || vm->second.host != options_.host)
      return fail("VM " + id.value + " is not on this host");
    if (on && vm->second.state == DomainState::kShutOff)
      return fail("autostart of VM " + id.value + " is not set: the VM is not running");
    vm->second.autostart = on;
    return define_vm(options_.folder, vm->second);
  }

  std::vector<std::string> check() override {
    const auto view = look(options_.folder, options_.host);
    if (!view) return {view.error().message};
    return {};
  }

  [[nodiscard]] std::string connect_uri() const override { return {}; }
  [[nodiscard]] std::string migrate_uri() const override { return {}; }

 private:
  /// Checks what libvirt would refuse, then lets the job begin.
  Result<SimulatedJob> begin(const Migration& migration) {
    const auto lock = FolderLock::take(options_.folder);
    if (!lock) return tl::unexpected(lock.error());
    const Instant now = boot_now();
    const auto world = resolve(options_.folder, now);
    if (!world) return tl::unexpected(world.error());
    const auto vm = world->vms.find(migration.vm);
    if (vm == world->vms.end() || vm->second.host != options_.host)
      return fail("VM " + migration.vm.value + " is not on this host");
    if (vm->second.state == DomainState::kShutOff) return fail("the VM is not running");
    if (!vm->second.pinned.empty()) return fail("the VM is pinned: " + vm->second.pinned);
    if (world->jobs.contains(migration.vm)) return fail("the VM is migrating already");
    if (migration.to == options_.host) return fail("source and destination are one host");
    if (const auto to = read_host(options_.folder, migration.to); !to)
      return tl::unexpected(to.error());
    if (is_down(options_.folder, migration.to))
      return fail(migration.to.value + " does not answer: it is down");

    policy::Transfer transfer;
    transfer.image_mib = vm->second.image_mib;
    transfer.dirty_mib_s = vm->second.dirty_mib_s;
    transfer.bandwidth_mib_s = migration.how.bandwidth_mib_s > 0 ? migration.how.bandwidth_mib_s
                                                                 : options_.bandwidth_mib_s;
    const auto choice = choose_method(migration.how, vm->second.memory_mib, transfer);
    if (!choice) return tl::unexpected(choice.error());
    const policy::Prediction& course = choice->prediction;
    SimulatedJob job{migration.vm, options_.host,   migration.to,     now,
                     course.total, course.downtime, course.copied_mib};
    if (const auto written = write_job(options_.folder, job); !written)
      return tl::unexpected(written.error());
    return job;
  }

  SimulatedOptions options_;
};

class SimulatedProbe final : public host::Probe {
 public:
  explicit SimulatedProbe(SimulatedOptions options) : options_(std::move(options)) {}

  Result<host::Figures> read() override {
    const auto view = look(options_.folder, options_.host);
    if (!view) return tl::unexpected(view.error());
    const Resources wanted = wanted_on(view->host, view->world, unix_now());
    host::Figures figures;
    figures.capacity = view->host.capacity;
    figures.usage = share_on(view->host, wanted).of(wanted);
    figures.usage.memory = std::min(wanted.memory, figures.capacity.memory);
    figures.available_memory_mib = figures.capacity.memory - figures.usage.memory;
    return figures;
  }

 private:
  SimulatedOptions options_;
};

}  // namespace

Result<std::unique_ptr<Hypervisor>> make_simulated(const SimulatedOptions& options) {
  if (!(options.bandwidth_mib_s > 0)) return fail("the simulated bandwidth must be above 0");
  if (const auto host = read_host(options.folder, options.host); !host)
    return tl::unexpected(host.error());
  return std::make_unique<Simulated>(options);
}

std::unique_ptr<host::Probe> make_simulated_probe(const SimulatedOptions& options) {
  return std::make_unique<SimulatedProbe>(options);
}

}  // namespace prumo::hypervisor
