#pragma once
// Quantities of the balancing decision. Usage and capacity are absolute: CPU in cores, memory in
// MiB, network in Mbit/s (or all of them in percent of equal hosts, as in the paper's tables). A
// utilisation is usage / capacity, compared only after rounding to whole millionths, so that every
// machine decides alike.

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstdint>

namespace prumo {

enum class Resource : std::uint8_t { kCpu, kMemory, kNetwork };
inline constexpr std::array kResources{Resource::kCpu, Resource::kMemory, Resource::kNetwork};

[[nodiscard]] constexpr const char* name_of(Resource r) {
  switch (r) {
    case Resource::kCpu:
      return "cpu";
    case Resource::kMemory:
      return "memory";
    case Resource::kNetwork:
      return "network";
  }
  return "?";
}

inline constexpr double kMbitPerMib = 8.388608;

/// Absolute amounts: cores, MiB, Mbit/s. Finite and not negative.
struct Resources {
  double cpu = 0;
  double memory = 0;
  double network = 0;

  [[nodiscard]] constexpr double operator[](Resource r) const {
    return r == Resource::kCpu ? cpu : r == Resource::kMemory ? memory : network;
  }
  [[nodiscard]] constexpr double& operator[](Resource r) {
    return r == Resource::kCpu ? cpu : r == Resource::kMemory ? memory : network;
  }
  bool operator==(const Resources&) const = default;
};

/// Millionths. Utilisations, volumes and costs are compared and added as these integers only.
struct Micro {
  std::int64_t value = 0;

  auto operator<=>(const Micro&) const = default;
  friend constexpr Micro operator+(Micro a, Micro b) { return {a.value + b.value}; }
  friend constexpr Micro operator-(Micro a, Micro b) { return {a.value - b.value}; }
  [[nodiscard]] constexpr double as_double() const { return static_cast<double>(value) / 1e6; }
  /// Beyond 10⁹ `x` counts as that: sums of such figures must not overflow.
  [[nodiscard]] static Micro of(double x) { return {std::llround(std::clamp(x, -1e9, 1e9) * 1e6)}; }
};

/// One utilisation per resource.
struct Utilisation {
  Micro cpu;
  Micro memory;
  Micro network;

  [[nodiscard]] constexpr Micro operator[](Resource r) const {
    return r == Resource::kCpu ? cpu : r == Resource::kMemory ? memory : network;
  }
  [[nodiscard]] constexpr Micro& operator[](Resource r) {
    return r == Resource::kCpu ? cpu : r == Resource::kMemory ? memory : network;
  }
  bool operator==(const Utilisation&) const = default;
};

}  // namespace prumo
