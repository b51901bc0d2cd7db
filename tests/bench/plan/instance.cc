#include "tests/bench/plan/instance.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "src/core/random.h"

namespace prumo::bench {
namespace {

constexpr Resources kCapacity{64, 256 * 1024, 10'000};

std::string name(const char* letter, std::size_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return letter + std::string(digits - text.size(), '0') + text;
}

double between(Random& rng, double low, double high) { return low + (high - low) * rng.unit(); }

/// Parts of `whole`, each within a factor of three of the others.
std::vector<double> split(Random& rng, double whole, std::size_t parts) {
  std::vector<double> out;
  double sum = 0;
  for (std::size_t i = 0; i < parts; ++i) {
    out.push_back(between(rng, 0.5, 1.5));
    sum += out.back();
  }
  for (double& part : out) part *= whole / sum;
  return out;
}

struct Load {
  double cpu = 0;
  double memory = 0;
};

/// Adds `parts` VMs that use `whole` together.
void add(Random& rng, std::vector<Load>& out, Load whole, std::size_t parts) {
  const std::vector<double> cpu = split(rng, whole.cpu, parts);
  const std::vector<double> memory = split(rng, whole.memory, parts);
  for (std::size_t i = 0; i < parts; ++i) out.push_back({cpu[i], memory[i]});
}

double load_of(Random& rng, const Shape& shape, std::size_t host) {
  if (shape.kind == Kind::kEasy) return between(rng, 0.4, 0.82);
  if (shape.kind == Kind::kHard) return between(rng, 0.74, 0.82);
  return host < shape.overloaded + 4 ? 0.8 : 0.8495;
}

/// Shares of the host that each of its VMs uses.
std::vector<Load> loads(Random& rng, const Shape& shape, std::size_t host) {
  std::vector<Load> out;
  if (host >= shape.overloaded) {
    const double whole = load_of(rng, shape, host);
    add(rng, out, {whole, whole * between(rng, 0.8, 1)}, shape.vms);
  } else if (shape.kind == Kind::kEasy) {
    out.push_back({0.1, 0.08});
    add(rng, out, {0.82, 0.5}, shape.vms - 1);
  } else {
    // Three VMs that fit nowhere, and many small ones: 0.12 of cpu and memory must leave.
    const double small = std::min(0.6, 0.021 * static_cast<double>(shape.vms - 3));
    for (int i = 0; i < 3; ++i) out.push_back({(0.97 - small) / 3, (0.97 - small) / 3});
    add(rng, out, {small, small}, shape.vms - 3);
  }
  return out;
}

}  // namespace

policy::Snapshot instance(const Shape& shape) {
  Random rng(shape.seed);
  policy::Snapshot s;
  for (std::size_t h = 0; h < shape.hosts; ++h) {
    policy::Host host;
    host.id = HostId(name("h", h, 4));
    host.capacity = kCapacity;
    host.usage.network = between(rng, 500, 3000);
    std::size_t number = 0;
    for (const Load& load : loads(rng, shape, h)) {
      policy::Vm vm;
      vm.id = VmId(name("v", h * shape.vms + number, 6));
      vm.host = host.id;
      ++number;
      // Whole MiB and thousandths of a core, so that every program reads the same figures.
      vm.usage.cpu = std::round(load.cpu * kCapacity.cpu * 1000) / 1000;
      vm.usage.memory = std::round(load.memory * kCapacity.memory);
      vm.usage.network = std::round(host.usage.network / static_cast<double>(shape.vms));
      vm.image_mib = std::round(vm.usage.memory * between(rng, 0.5, 1));
      vm.memory_mib = vm.usage.memory;
      host.usage.cpu += vm.usage.cpu;
      host.usage.memory += vm.usage.memory;
      s.vms.push_back(std::move(vm));
    }
    s.hosts.push_back(std::move(host));
  }
  return s;
}

}  // namespace prumo::bench
