#include <algorithm>
#include <chrono>

#include "src/host/host_probe.h"
#include "src/host/memory.h"
#include "src/host/text.h"

namespace prumo::host {
namespace {
constexpr double kUnknownSpeed = 1000;  ///< Mbit/s

tl::unexpected<Error> trouble(const std::string& path, const std::string& what) {
  return fail(path + ": " + what);
}
}  // namespace

Result<double> HostProbe::network_capacity(const std::map<std::string, Uplink>& uplinks) const {
  if (options_.capacity.network > 0) return options_.capacity.network;
  double sum = 0;
  for (const auto& [name, uplink] : uplinks) sum += uplink.speed_mbit;
  if (sum <= 0)
    return fail(options_.sys +
                "/class/net: no physical network interface is up; name the uplinks in the "
                "configuration, or give the host's network capacity");
  return sum;
}

Result<Figures> HostProbe::read() {
  const std::string stat_path = options_.proc + "/stat";
  const std::string memory_path = options_.proc + "/meminfo";
  const auto stat = read_text(stat_path);
  if (!stat) return trouble(stat_path, "can't be read");
  const auto meminfo = read_text(memory_path);
  if (!meminfo) return trouble(memory_path, "can't be read");

  Sample sample;
  sample.at = clock_();
  auto cpu = parse_cpu_times(*stat);
  if (!cpu) return trouble(stat_path, cpu.error().message);
  sample.cpu = *cpu;
  const auto memory = parse_memory(*meminfo);
  if (!memory) return trouble(memory_path, memory.error().message);
  auto uplinks =
      read_uplinks(options_.sys + "/class/net", options_.uplinks,
                   options_.link_speed_mbit > 0 ? options_.link_speed_mbit : kUnknownSpeed);
  if (!uplinks) return tl::unexpected(uplinks.error());
  sample.uplinks = std::move(*uplinks);
  const auto network = network_capacity(sample.uplinks);
  if (!network) return tl::unexpected(network.error());

  if (before_) {
    // Two looks within one tick of the counters: the last share stands.
    const double share = busy_share(before_->cpu, sample.cpu);
    if (share >= 0) busy_ = share;
    const double passed = sample.at - before_->at;
    if (passed > 0) throughput_ = throughput_mbit(before_->uplinks, sample.uplinks, passed);
  }

  Figures figures;
  const Resources& given = options_.capacity;
  figures.capacity.cpu =
      given.cpu > 0 ? given.cpu : std::max(1.0, static_cast<double>(sample.cpu.cpus));
  figures.capacity.memory = given.memory > 0 ? given.memory : memory->total;
  figures.capacity.network = *network;
  figures.usage = {busy_ * figures.capacity.cpu, memory->used, throughput_};
  figures.available_memory_mib =
      std::clamp(figures.capacity.memory - memory->used, 0.0, memory->available);
  before_ = std::move(sample);
  return figures;
}

std::unique_ptr<Probe> make_probe(const Options& options) {
  return std::make_unique<HostProbe>(options, [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  });
}

}  // namespace prumo::host
