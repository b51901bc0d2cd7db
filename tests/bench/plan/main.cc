// The decision on invented clusters, measured: `scripts/bench plan` runs this and prints its tables.
//
//   bench_plan times                         time and memory of whole decisions, a JSON line a shape
//   bench_plan times KIND HOSTS VMS HOT      the same of one shape, a thousand times, for a profiler
//   bench_plan limits                        how hard a case must be to reach the work limit
//   bench_plan write DIR KIND HOSTS VMS SEED one case for hbal and for CBC, and our answer to it
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "policy/plan.h"
#include "tests/bench/plan/foreign.h"
#include "tests/bench/plan/instance.h"
#include "tests/bench/plan/limits.h"

namespace {

std::size_t live = 0;
std::size_t peak = 0;

}  // namespace

// The size stands before each block, so that what is freed can be taken off again.
void* operator new(std::size_t size) {
  auto* block = static_cast<std::size_t*>(std::malloc(size + 16));
  if (block == nullptr) std::abort();
  *block = size;
  live += size;
  peak = std::max(peak, live);
  return reinterpret_cast<char*>(block) + 16;
}
void operator delete(void* at) noexcept {
  if (at == nullptr) return;
  auto* block = reinterpret_cast<std::size_t*>(static_cast<char*>(at) - 16);
  live -= *block;
  std::free(block);
}
void operator delete(void* at, std::size_t) noexcept { operator delete(at); }

namespace prumo::bench {
namespace {

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

const char* name_of(Kind kind) {
  return kind == Kind::kEasy ? "easy" : kind == Kind::kHard ? "hard" : "infeasible";
}

void measure(Shape shape, int repeats = 5) {
  constexpr std::uint64_t kSeeds = 9;
  std::vector<double> times;
  std::size_t moves = 0;
  std::size_t largest = 0;
  std::uint64_t nodes = 0;
  bool limit = false;
  std::size_t memory = 0;
  std::size_t input = 0;
  for (shape.seed = 1; shape.seed <= kSeeds; ++shape.seed) {
    const std::size_t before_input = live;
    const policy::Snapshot snapshot = instance(shape);
    input = live - before_input;
    for (int i = 0; i < repeats; ++i) {
      const std::size_t before = live;
      peak = live;
      const double begun = cpu_ms();
      const policy::Decision decision = policy::plan(snapshot, {});
      times.push_back(cpu_ms() - begun);
      memory = std::max(memory, peak - before);
      if (i > 0) continue;
      for (const policy::Relief& r : decision.reliefs) {
        moves += r.moves.size();
        largest = std::max(largest, r.moves.size());
        nodes = std::max(nodes, r.explanation.nodes);
        limit = limit || r.explanation.limit_reached;
      }
    }
  }
  std::sort(times.begin(), times.end());
  std::printf(
      "{\"kind\":\"%s\",\"hosts\":%zu,\"vms\":%zu,\"overloaded\":%zu,\"median_ms\":%.4f,"
      "\"max_ms\":%.4f,\"k\":%zu,\"moves\":%zu,\"nodes\":%llu,\"limit\":%s,"
      "\"memory_kib\":%zu,\"input_kib\":%zu}\n",
      name_of(shape.kind), shape.hosts, shape.vms, shape.overloaded, times[times.size() / 2],
      times.back(), largest, moves, static_cast<unsigned long long>(nodes),
      limit ? "true" : "false", memory / 1024, input / 1024);
}

void times() {
  for (const Kind kind : {Kind::kEasy, Kind::kHard, Kind::kInfeasible}) {
    for (const std::size_t vms : {20, 60}) {
      for (const std::size_t hosts : {10, 50, 200, 400, 1000}) {
        for (const std::size_t overloaded : {1, 3, 10}) {
          if (overloaded < hosts) measure({hosts, vms, overloaded, kind, 1});
        }
      }
    }
  }
}

/// KIND HOSTS VMS
Shape shape_of(char** arguments) {
  Shape shape;
  const std::string kind = arguments[0];
  shape.kind = kind == "easy" ? Kind::kEasy : kind == "hard" ? Kind::kHard : Kind::kInfeasible;
  shape.hosts = std::strtoul(arguments[1], nullptr, 10);
  shape.vms = std::strtoul(arguments[2], nullptr, 10);
  return shape;
}

int write(char** arguments) {
  Shape shape = shape_of(arguments + 1);
  shape.seed = std::strtoul(arguments[4], nullptr, 10);
  return write_foreign(instance(shape), arguments[0]) ? 0 : 1;
}

}  // namespace
}  // namespace prumo::bench

int main(int count, char** arguments) {
  using namespace prumo::bench;
  const std::string what = count > 1 ? arguments[1] : "";
  if (what == "times" && count == 2) {
    times();
  } else if (what == "times" && count == 6) {
    Shape shape = shape_of(arguments + 2);
    shape.overloaded = std::strtoul(arguments[5], nullptr, 10);
    measure(shape, 1000);
  } else if (what == "limits" && count == 2) {
    limits();
  } else if (what == "write" && count == 7) {
    return write(arguments + 2);
  } else {
    std::fputs(
        "bench_plan times [KIND HOSTS VMS HOT] | limits | write DIR easy|hard|infeasible HOSTS VMS "
        "SEED\n",
        stderr);
    return 2;
  }
  return 0;
}
