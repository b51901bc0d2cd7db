// The search against the plain enumeration, on thousands of small random clusters.
#include "tests/unit/policy/brute_force.h"

#include <gtest/gtest.h>

#include "src/core/random.h"
#include "tests/unit/policy/cluster.h"

namespace prumo::policy::testing {
namespace {

/// Coarse figures, so that ties, zeros and exact fits are frequent.
double coarse(Random& rng, std::uint64_t steps, double step) {
  return static_cast<double>(rng.below(steps + 1)) * step;
}

Resources usage_of(Random& rng, std::uint64_t steps, double step) {
  Resources r;
  for (const Resource resource : kResources) {
    r[resource] = rng.chance(0.2) ? 0 : coarse(rng, steps, step);
  }
  return r;
}

Snapshot random_cluster(Random& rng) {
  Snapshot s;
  const std::uint64_t hosts = 1 + rng.below(5);
  const bool unequal = rng.chance(0.3);
  const bool crowded = rng.chance(0.5);
  for (std::uint64_t i = 0; i < hosts; ++i) {
    Host h = host("h" + std::to_string(i), usage_of(rng, crowded ? 17 : 8, 5));
    if (i == 0) h.usage.cpu = 86 + coarse(rng, 14, 1);
    if (i == 0 && rng.chance(0.4)) h.usage.memory = 86 + coarse(rng, 14, 1);
    if (unequal) h.capacity.cpu = 50 + coarse(rng, 3, 50);
    if (unequal && i == 0) h.usage.cpu *= h.capacity.cpu / 100;
    if (rng.chance(0.05)) h.capacity.network = 0;
    if (rng.chance(0.05)) h.usage.network = 0;
    if (rng.chance(0.1)) h.closed = "suspect";
    if (rng.chance(0.3)) h.available_memory_mib = coarse(rng, 4, 512);
    s.hosts.push_back(h);
  }
  const std::uint64_t vms = rng.below(9);
  const std::uint64_t heaviest = 1 + rng.below(8);
  for (std::uint64_t i = 0; i < vms; ++i) {
    Vm v = vm("v" + std::to_string(i), "h0", usage_of(rng, heaviest, 2.5),
              rng.chance(0.5) ? 100 : coarse(rng, 6, 50));
    if (rng.chance(0.1)) v.host = HostId("h" + std::to_string(rng.below(hosts)));
    if (rng.chance(0.1)) v.pinned = "passthrough device";
    if (rng.chance(0.3)) v.memory_mib = coarse(rng, 4, 512);
    if (rng.chance(0.2)) v.barred[HostId("h" + std::to_string(rng.below(hosts)))] = "refused";
    s.vms.push_back(v);
  }
  return s;
}

std::string brute_force(const Snapshot& s, const Parameters& p) {
  std::string text;
  for (const auto& [vm_id, host_id] : BruteForce(s, HostId("h0"), p).decide()) {
    text += (text.empty() ? "" : " ") + vm_id + ">" + host_id;
  }
  return text;
}

TEST(Search, AgreesWithPlainEnumerationOnRandomClusters) {
  Random rng(20130624);
  std::array<int, 9> by_size{};
  for (int i = 0; i < 20'000; ++i) {
    const Snapshot s = random_cluster(rng);
    const Relief relief = relieve(s, HostId("h0"), {});
    ASSERT_EQ(moves_of(relief), brute_force(s, {})) << "cluster " << i;
    ASSERT_FALSE(relief.explanation.limit_reached);
    ASSERT_EQ(relief.moves.empty(), !relief.infeasible.empty());
    ++by_size[relief.moves.size()];
  }
  // The generator must reach what it is for.
  EXPECT_GT(by_size[0], 1000);
  EXPECT_GT(by_size[1], 1000);
  EXPECT_GT(by_size[2], 1000);
  EXPECT_GT(by_size[3], 100);
  EXPECT_GT(by_size[4], 10);
}

TEST(Search, DecidesTheSameWhateverTheOrderOfTheSnapshot) {
  Random rng(7);
  for (int i = 0; i < 1'000; ++i) {
    Snapshot s = random_cluster(rng);
    const std::string before = relieved(s, "h0");
    std::reverse(s.hosts.begin(), s.hosts.end());
    std::reverse(s.vms.begin(), s.vms.end());
    ASSERT_EQ(relieved(s, "h0"), before) << "cluster " << i;
  }
}

TEST(Plan, NeverGivesADestinationTwice) {
  Random rng(99);
  int several = 0;
  for (int i = 0; i < 2'000; ++i) {
    Snapshot s = random_cluster(rng);
    if (s.hosts.size() > 2) s.hosts[1].usage.cpu = s.hosts[1].capacity.cpu * 0.95;
    for (Vm& v : s.vms) {
      if (rng.chance(0.5) && s.hosts.size() > 2) v.host = HostId("h1");
    }
    std::set<HostId> used;
    int relieved_hosts = 0;
    for (const Relief& r : plan(s, {}).reliefs) {
      relieved_hosts += r.moves.empty() ? 0 : 1;
      for (const Move& m : r.moves) ASSERT_TRUE(used.insert(m.to).second) << "cluster " << i;
    }
    several += relieved_hosts > 1 ? 1 : 0;
  }
  EXPECT_GT(several, 20);
}

}  // namespace
}  // namespace prumo::policy::testing
