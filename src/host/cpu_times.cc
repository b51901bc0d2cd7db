#include "src/host/cpu_times.h"

#include <cctype>

#include "src/host/text.h"

namespace prumo::host {
namespace {
constexpr std::size_t kIdle = 3;
constexpr std::size_t kIowait = 4;
}  // namespace

Result<CpuTimes> parse_cpu_times(std::string_view stat) {
  CpuTimes times;
  bool found = false;
  while (!stat.empty()) {
    std::string_view line = next_line(stat);
    const std::string_view name = next_word(line);
    if (name == "cpu") {
      std::size_t count = 0;
      while (count < times.ticks.size()) {
        const auto ticks = parse_count(next_word(line));
        if (!ticks) break;
        times.ticks[count++] = *ticks;
      }
      found = count > kIdle;
    } else if (name.size() > 3 && name.starts_with("cpu") &&
               std::isdigit(static_cast<unsigned char>(name[3])) != 0) {
      ++times.cpus;
    }
  }
  if (!found) return fail("no `cpu` line with the times of all CPUs");
  return times;
}

double busy_share(const CpuTimes& before, const CpuTimes& after) {
  double busy = 0;
  double total = 0;
  for (std::size_t i = 0; i < before.ticks.size(); ++i) {
    if (after.ticks[i] < before.ticks[i]) continue;
    const auto delta = static_cast<double>(after.ticks[i] - before.ticks[i]);
    total += delta;
    if (i != kIdle && i != kIowait) busy += delta;
  }
  return total > 0 ? busy / total : -1;
}

}  // namespace prumo::host
