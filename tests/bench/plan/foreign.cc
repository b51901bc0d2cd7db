#include "tests/bench/plan/foreign.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

#include "policy/cost.h"
#include "policy/items.h"
#include "policy/plan.h"
#include "policy/problem.h"

namespace prumo::bench {
namespace {

bool put(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  return static_cast<bool>(file.flush());
}

/// The text format of htools: groups, nodes, instances, tags and policies, parted by empty lines.
/// Disks are on shared storage, so that an instance may move to any node, as ours do.
std::string hbal_data(const policy::Snapshot& s) {
  constexpr const char* kGroup = "8e1fe3e0-0000-4000-8000-000000000001";
  std::ostringstream out;
  out << "default|" << kGroup << "|preferred||\n\n";
  for (const policy::Host& h : s.hosts) {
    const auto memory = static_cast<long>(h.capacity.memory);
    out << h.id.value << '|' << memory << "|0|" << memory - std::lround(h.usage.memory)
        << "|1000000|1000000|" << std::lround(h.capacity.cpu) << "|N|" << kGroup
        << "|1000||N|1|1|1.0\n";
  }
  out << '\n';
  for (const policy::Vm& v : s.vms) {
    out << v.id.value << '|' << std::lround(v.usage.memory) << "|0|"
        << std::max(1L, std::lround(v.usage.cpu)) << "|running|Y|" << v.host.value
        << "||ext||1|0\n";
  }
  out << "\n\n";
  return out.str();
}

/// What each VM uses, as shares of a host: cpu, memory, disk, network. Without it hbal takes all VMs
/// for alike, and hosts with equally many of them for balanced.
std::string hbal_load(const policy::Snapshot& s) {
  const Resources& whole = s.hosts.front().capacity;
  std::ostringstream out;
  for (const policy::Vm& v : s.vms) {
    out << v.id.value << ' ' << v.usage.cpu / whole.cpu << ' ' << v.usage.memory / whole.memory
        << " 0 0\n";
  }
  return out.str();
}

/// CBC's problem. The size is either minimised, or fixed and then the cost is.
std::string lp(const policy::Problem& p, const policy::Amounts& need, std::size_t size) {
  struct Pair {
    std::size_t vm, host;
  };
  std::vector<Pair> pairs;
  for (std::size_t v = 0; v < p.candidates.size(); ++v) {
    for (std::size_t h = 0; h < p.destinations.size(); ++h) {
      if (policy::fits(p, p.candidates[v], p.destinations[h])) pairs.push_back({v, h});
    }
  }
  const auto name = [](const Pair& pair) {
    return "x" + std::to_string(pair.vm) + "_" + std::to_string(pair.host);
  };
  std::ostringstream out;
  out.precision(12);
  const auto sum = [&](const auto& weight) {
    int terms = 0;
    for (const Pair& pair : pairs) {
      const double w = weight(pair);
      if (w == 0) continue;
      out << (terms++ % 8 == 7 ? "\n" : "") << " + " << w << ' ' << name(pair);
    }
    if (terms == 0) out << " 0 x";
  };
  out << "Minimize\n obj:";
  sum([&](const Pair& x) { return size == 0 ? 1.0 : p.candidates[x.vm].cost.as_double(); });
  out << "\nSubject To\n";
  for (std::size_t r = 0; r < need.size(); ++r) {
    if (need[r] == 0) continue;
    out << " need" << r << ":";
    sum([&](const Pair& x) {
      return static_cast<double>(p.candidates[x.vm].on_source[kResources[r]].value) / 1e4;
    });
    out << " >= " << static_cast<double>(need[r]) / 1e4 << '\n';
  }
  for (std::size_t v = 0; v < p.candidates.size(); ++v) {
    out << " vm" << v << ":";
    sum([&](const Pair& x) { return x.vm == v ? 1.0 : 0.0; });
    out << " <= 1\n";
  }
  for (std::size_t h = 0; h < p.destinations.size(); ++h) {
    out << " host" << h << ":";
    sum([&](const Pair& x) { return x.host == h ? 1.0 : 0.0; });
    out << " <= 1\n";
  }
  if (size > 0) {
    out << " size:";
    sum([](const Pair&) { return 1.0; });
    out << " = " << size << '\n';
  }
  out << "Binaries\n";
  for (const Pair& pair : pairs) out << ' ' << name(pair) << '\n';
  out << "End\n";
  return out.str();
}

}  // namespace

bool write_foreign(const policy::Snapshot& s, const std::string& folder) {
  const policy::Host& source = s.hosts.front();
  std::vector<const policy::Vm*> vms;
  for (const policy::Vm& v : s.vms) {
    if (v.host == source.id) vms.push_back(&v);
  }
  const policy::Problem p = policy::lay_out(s, source, vms, {}, {});
  const policy::Relief relief = policy::relieve(s, source.id, {});
  Micro cost;
  for (const policy::Move& move : relief.moves) cost = cost + move.cost;
  std::printf("{\"k\":%zu,\"cost\":%.6f,\"limit\":%s}\n", relief.moves.size(), cost.as_double(),
              relief.explanation.limit_reached ? "true" : "false");
  const policy::Amounts need = policy::needed(p);
  return put(folder + "/cluster.data", hbal_data(s)) && put(folder + "/load", hbal_load(s)) &&
         put(folder + "/size.lp", lp(p, need, 0)) &&
         put(folder + "/cost.lp", lp(p, need, relief.moves.size()));
}

}  // namespace prumo::bench
