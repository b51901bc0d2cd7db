#include "src/daemon/clock.h"

#include <sys/random.h>
#include <time.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace prumo::daemon {
namespace {

timespec read_clock(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return t;
}

}  // namespace

Instant now() {
  const timespec t = read_clock(CLOCK_BOOTTIME);
  return Instant{std::chrono::seconds(t.tv_sec) + Duration(t.tv_nsec / 1000)};
}

std::int64_t unix_ms() {
  const timespec t = read_clock(CLOCK_REALTIME);
  return std::int64_t{t.tv_sec} * 1000 + t.tv_nsec / 1'000'000;
}

std::string iso_time(std::int64_t unix_ms) {
  const time_t whole = unix_ms / 1000;
  tm local{};
  localtime_r(&whole, &local);
  std::array<char, 40> date{};
  std::array<char, 8> zone{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &local);
  std::strftime(zone.data(), zone.size(), "%z", &local);
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%s.%03d%.3s:%.2s", date.data(),
                static_cast<int>(unix_ms % 1000), zone.data(), zone.data() + 3);
  return out.data();
}

Result<std::string> boot_id() {
  const std::string path = "/proc/sys/kernel/random/boot_id";
  std::ifstream file(path);
  std::string id;
  if (!std::getline(file, id) || id.empty())
    return fail(path + ": can't be read; mount /proc before starting prumod");
  return id;
}

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != sizeof seed) std::abort();
  return seed;
}

}  // namespace prumo::daemon
