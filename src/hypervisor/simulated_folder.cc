#include "src/hypervisor/simulated_folder.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "src/hypervisor/key_value_file.h"

namespace prumo::hypervisor {
namespace {

namespace fs = std::filesystem;

/// An id becomes a file's name, so it must not lead out of its folder.
bool is_plain(const std::string& id) {
  return !id.empty() && id.size() <= 128 && id.front() != '.' &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

Result<fs::path> path_of(const fs::path& folder, const char* kind, const std::string& id) {
  if (!is_plain(id))
    return fail((folder / kind).string() + ": '" + id +
                "' is no id; use letters, digits and - _ . only");
  return folder / kind / id;
}

const char* text_of(DomainState state) {
  return state == DomainState::kRunning  ? "running"
         : state == DomainState::kPaused ? "paused"
                                         : "shutoff";
}

/// Unix times in whole milliseconds: neither exponent nor endless digits.
std::string time_text(double unix_seconds) {
  return amount_text(std::round(std::max(0.0, unix_seconds) * 1000) / 1000);
}

/// Collects the first error of many fields, so that reading a file needs no check after each.
class Fields {
 public:
  explicit Fields(const KeyValueFile& file) : file_(file) {}
  std::string text(const char* key) { return keep(file_.text(key)); }
  double amount(const char* key) { return keep(file_.amount(key)); }
  double amount_or(const char* key, double d) { return keep(file_.amount_or(key, d)); }
  bool flag_or(const char* key, bool d) { return keep(file_.flag_or(key, d)); }
  LoadPattern load_or(const char* key, double d) {
    return keep(file_.load_or(key, LoadPattern(d)));
  }
  void require(bool holds, const char* otherwise) {
    if (!holds && !error_) error_ = file_.trouble(otherwise).value();
  }
  template <class T>
  Result<T> result(T value) {
    if (error_) return tl::unexpected(*error_);
    return value;
  }

 private:
  template <class T>
  T keep(Result<T> value) {
    if (value) return std::move(*value);
    if (!error_) error_ = value.error();
    return T{};
  }
  const KeyValueFile& file_;
  std::optional<Error> error_;
};

Result<SimulatedVm> read_vm(const fs::path& path) {
  const auto file = KeyValueFile::read(path);
  if (!file) return tl::unexpected(file.error());
  Fields fields(*file);
  SimulatedVm vm;
  vm.id = VmId(fields.text("id"));
  fields.require(vm.id.value == path.filename().string(), "`id` is not the file's name");
  vm.name = fields.text("name");
  vm.host = HostId(fields.text("host"));
  fields.require(is_plain(vm.host.value), "`host` is no id");
  vm.memory_mib = fields.amount("memory_mib");
  vm.image_mib = fields.amount_or("image_mib", vm.memory_mib);
  fields.require(vm.image_mib <= vm.memory_mib, "`image_mib` is above `memory_mib`");
  vm.dirty_mib_s = fields.amount_or("dirty_mib_s", 0);
  vm.load = {fields.load_or("cpu", 0), fields.load_or("memory", vm.image_mib),
             fields.load_or("network", 0)};
  vm.started = fields.amount_or("started", 0);
  vm.autostart = fields.flag_or("autostart", false);
  vm.persistent = fields.flag_or("persistent", true);
  vm.pinned = file->text_or("pinned", "");
  vm.wishes = file->text_or("wishes", "");
  const std::string state = file->text_or("state", "running");
  vm.state = state == "running"  ? DomainState::kRunning
             : state == "paused" ? DomainState::kPaused
                                 : DomainState::kShutOff;
  fields.require(state == text_of(vm.state), "`state` is not running, paused or shutoff");
  return fields.result(std::move(vm));
}

Result<SimulatedJob> read_job(const fs::path& path) {
  const auto file = KeyValueFile::read(path);
  if (!file) return tl::unexpected(file.error());
  Fields fields(*file);
  const auto micros = [&fields](const char* key) {
    return Duration(static_cast<Duration::rep>(std::min(fields.amount(key), 1e15)));
  };
  SimulatedJob job;
  job.vm = VmId(path.filename().string());
  job.from = HostId(fields.text("from"));
  job.to = HostId(fields.text("to"));
  fields.require(is_plain(job.from.value) && is_plain(job.to.value), "`from` or `to` is no id");
  job.begun = Instant{micros("begun_us")};
  job.total = micros("total_us");
  job.downtime = micros("downtime_us");
  job.total_mib = fields.amount("total_mib");
  return fields.result(std::move(job));
}

/// The files of one kind, by name. What begins with a dot is being written.
Result<std::vector<fs::path>> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  if (!fs::exists(folder, error)) return files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (it->path().filename().string().front() != '.') files.push_back(it->path());
  if (error) return fail(folder.string() + ": can't be read: " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<void> define_host(const fs::path& folder, const SimulatedHost& host) {
  const auto path = path_of(folder, "hosts", host.id.value);
  if (!path) return tl::unexpected(path.error());
  KeyValueFile file(*path);
  file.set("cores", amount_text(host.capacity.cpu));
  file.set("memory_mib", amount_text(host.capacity.memory));
  file.set("network_mbit", amount_text(host.capacity.network));
  file.set("base_cpu", host.base.cpu.text());
  file.set("base_memory", host.base.memory.text());
  file.set("base_network", host.base.network.text());
  file.set("started", time_text(host.started));
  return file.write();
}

Result<void> define_vm(const fs::path& folder, const SimulatedVm& vm) {
  const auto path = path_of(folder, "vms", vm.id.value);
  if (!path) return tl::unexpected(path.error());
  KeyValueFile file(*path);
  file.set("id", vm.id.value);
  file.set("name", vm.name);
  file.set("host", vm.host.value);
  file.set("memory_mib", amount_text(vm.memory_mib));
  file.set("image_mib", amount_text(vm.image_mib));
  file.set("dirty_mib_s", amount_text(vm.dirty_mib_s));
  file.set("cpu", vm.load.cpu.text());
  file.set("memory", vm.load.memory.text());
  file.set("network", vm.load.network.text());
  file.set("started", time_text(vm.started));
  file.set("state", text_of(vm.state));
  file.set("autostart", vm.autostart ? "true" : "false");
  file.set("persistent", vm.persistent ? "true" : "false");
  if (!vm.pinned.empty()) file.set("pinned", vm.pinned);
  if (!vm.wishes.empty()) file.set("wishes", vm.wishes);
  return file.write();
}

Result<SimulatedHost> read_host(const fs::path& folder, const HostId& id) {
  const auto path = path_of(folder, "hosts", id.value);
  if (!path) return tl::unexpected(path.error());
  const auto file = KeyValueFile::read(*path);
  if (!file)
    return fail(file.error().message +
                "; write the host's cores, memory_mib and network_mbit into it, as KEY = NUMBER");
  Fields fields(*file);
  SimulatedHost host;
  host.id = id;
  host.capacity = {fields.amount("cores"), fields.amount("memory_mib"),
                   fields.amount("network_mbit")};
  fields.require(host.capacity.cpu > 0 && host.capacity.memory > 0 && host.capacity.network > 0,
                 "cores, memory_mib and network_mbit must be above 0");
  host.base = {fields.load_or("base_cpu", 0), fields.load_or("base_memory", 0),
               fields.load_or("base_network", 0)};
  host.started = fields.amount_or("started", 0);
  return fields.result(std::move(host));
}

bool is_down(const fs::path& folder, const HostId& id) {
  std::error_code error;
  return fs::exists(folder / "hosts" / (id.value + ".down"), error);
}

Result<SimulatedWorld> resolve(const fs::path& folder, Instant now) {
  SimulatedWorld world;
  const auto vm_files = files_of(folder / "vms");
  if (!vm_files) return tl::unexpected(vm_files.error());
  for (const fs::path& path : *vm_files) {
    auto vm = read_vm(path);
    if (!vm) return tl::unexpected(vm.error());
    world.vms.emplace(vm->id, std::move(*vm));
  }
  const auto job_files = files_of(folder / "jobs");
  if (!job_files) return tl::unexpected(job_files.error());
  for (const fs::path& path : *job_files) {
    auto job = read_job(path);
    if (!job) return tl::unexpected(job.error());
    const auto vm = world.vms.find(job->vm);
    // A job of before the machine's last boot, of a VM that is gone or switched, or of a dead host.
    const bool void_job = vm == world.vms.end() || vm->second.host != job->from ||
                          job->begun > now || is_down(folder, job->from) ||
                          is_down(folder, job->to);
    if (!void_job && now < job->begun + job->total) {
      world.jobs.emplace(job->vm, std::move(*job));
      continue;
    }
    if (!void_job) {
      vm->second.host = job->to;
      vm->second.autostart = false;  // as libvirt: the flag belongs to a host and does not travel
      if (const auto written = define_vm(folder, vm->second); !written)
        return tl::unexpected(written.error());
    }
    // Last: after a kill -9 in between the next look finds the VM switched and only tidies up.
    if (const auto removed = remove_job(folder, job->vm); !removed)
      return tl::unexpected(removed.error());
  }
  return world;
}

Result<void> write_job(const fs::path& folder, const SimulatedJob& job) {
  const auto path = path_of(folder, "jobs", job.vm.value);
  if (!path) return tl::unexpected(path.error());
  KeyValueFile file(*path);
  file.set("from", job.from.value);
  file.set("to", job.to.value);
  file.set("begun_us", std::to_string(job.begun.since_boot.count()));
  file.set("total_us", std::to_string(job.total.count()));
  file.set("downtime_us", std::to_string(job.downtime.count()));
  file.set("total_mib", amount_text(job.total_mib));
  return file.write();
}

Result<void> remove_job(const fs::path& folder, const VmId& vm) {
  const auto path = path_of(folder, "jobs", vm.value);
  if (!path) return tl::unexpected(path.error());
  std::error_code error;
  fs::remove(*path, error);
  if (error) return fail(path->string() + ": can't be removed: " + error.message());
  return {};
}

}  // namespace prumo::hypervisor
