#include "src/host/memory.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "src/host/text.h"

namespace prumo::host {

Result<Memory> parse_memory(std::string_view meminfo) {
  std::map<std::string_view, std::uint64_t> fields;
  while (!meminfo.empty()) {
    std::string_view line = next_line(meminfo);
    const std::string_view name = next_word(line);
    if (const auto value = parse_count(next_word(line))) fields[name] = *value;
  }
  for (const char* needed : {"MemTotal:", "MemAvailable:"})
    if (!fields.contains(needed)) return fail(std::string(needed) + " is missing");
  const auto mib = [&fields](std::string_view name) {
    return static_cast<double>(fields[name]) / 1024;
  };
  const double page = mib("Hugepagesize:");
  const auto pages = [&fields, page](std::string_view name) {
    return static_cast<double>(fields[name]) * page;
  };

  Memory memory;
  memory.total = mib("MemTotal:");
  if (memory.total <= 0) return fail("MemTotal: is 0");
  const double pool = pages("HugePages_Total:");
  // A reserved page is not taken yet, but promised to a guest that runs.
  const double unused = std::max(0.0, pages("HugePages_Free:") - pages("HugePages_Rsvd:"));
  memory.used = std::clamp(memory.total - mib("MemAvailable:") - unused, 0.0, memory.total);
  memory.available =
      pool > memory.total / 2 ? unused : std::min(mib("MemAvailable:"), memory.total);
  return memory;
}

}  // namespace prumo::host
