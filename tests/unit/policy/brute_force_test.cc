// The search against the plain enumeration, on a hundred thousand small random clusters and for
// both objectives.
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

/// What a cluster is drawn from, so that every regime is met often.
struct Draw {
  std::uint64_t hosts;     ///< destinations at most
  std::uint64_t vms;       ///< at most
  std::uint64_t heaviest;  ///< of a VM, in steps of 2.5 %
  double pinned, barred, closed, alike;
};

Host random_host(Random& rng, const Draw& draw, std::uint64_t i, bool crowded, bool unequal) {
  Host h = host("h" + std::to_string(i), usage_of(rng, crowded ? 17 : 8, 5));
  if (i == 0) h.usage.cpu = 86 + coarse(rng, 14, 1);
  if (i == 0 && rng.chance(0.4)) h.usage.memory = 86 + coarse(rng, 14, 1);
  if (i == 0 && rng.chance(0.1)) h.usage.network = 100;
  if (unequal) h.capacity.cpu = 50 + coarse(rng, 3, 50);
  if (unequal) h.capacity.memory = 40 + coarse(rng, 7, 20);
  if (unequal && i == 0) h.usage.cpu *= h.capacity.cpu / 100;
  if (rng.chance(0.05)) h.capacity.network = 0;
  if (rng.chance(0.05)) h.usage.network = 0;
  if (rng.chance(draw.closed)) h.closed = "suspect";
  if (rng.chance(0.3)) h.available_memory_mib = coarse(rng, 4, 512);
  return h;
}

Vm random_vm(Random& rng, const Draw& draw, std::uint64_t i, std::uint64_t hosts) {
  Vm v = vm("v" + std::to_string(i), "h0", usage_of(rng, draw.heaviest, 2.5),
            rng.chance(0.5) ? 100 : coarse(rng, 6, 50));
  if (rng.chance(0.1)) v.host = HostId("h" + std::to_string(rng.below(hosts)));
  if (rng.chance(draw.pinned)) v.pinned = "passthrough device";
  if (rng.chance(0.3)) v.memory_mib = coarse(rng, 4, 512);
  if (rng.chance(draw.barred)) v.barred[HostId("h" + std::to_string(rng.below(hosts)))] = "refused";
  return v;
}

Manner random_manner(Random& rng) {
  Manner m;
  m.method = rng.chance(0.2) ? MethodWish::kAuto : MethodWish::kPreCopy;
  m.bandwidth_mib_s = 50 + coarse(rng, 4, 25);
  if (rng.chance(0.7)) m.dirty_mib_s = coarse(rng, 6, 25);
  return m;
}

Snapshot random_cluster(Random& rng) {
  static constexpr Draw kDraws[] = {
      {4, 8, 8, 0.1, 0.2, 0.1, 0.1},    // a bit of everything
      {4, 8, 3, 0.1, 0.2, 0.1, 0.1},    // light VMs: several must leave
      {6, 9, 2, 0.0, 0.1, 0.0, 0.1},    // many must leave, and many can
      {3, 8, 4, 0.0, 0.5, 0.2, 0.0},    // few destinations, much in the way
      {5, 8, 5, 0.05, 0.1, 0.05, 0.9},  // VMs that are all alike: ties
  };
  const Draw& draw = kDraws[rng.below(std::size(kDraws))];
  Snapshot s;
  const std::uint64_t hosts = 1 + rng.below(draw.hosts + 1);
  const bool unequal = rng.chance(0.3);
  const bool crowded = rng.chance(0.5);
  for (std::uint64_t i = 0; i < hosts; ++i) {
    s.hosts.push_back(random_host(rng, draw, i, crowded, unequal));
  }
  const std::uint64_t vms = rng.below(draw.vms + 1);
  for (std::uint64_t i = 0; i < vms; ++i) {
    s.vms.push_back(random_vm(rng, draw, i, hosts));
    if (i > 0 && rng.chance(draw.alike)) {
      s.vms.back().usage = s.vms.front().usage;
      s.vms.back().image_mib = s.vms.front().image_mib;
    }
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

/// How many of the decisions moved nothing, one VM, two, …
using Sizes = std::array<int, 10>;

Sizes agree(std::uint64_t seed, int clusters, const Parameters& p) {
  Random rng(seed);
  Sizes sizes{};
  for (int i = 0; i < clusters; ++i) {
    Snapshot s = random_cluster(rng);
    for (Vm& v : s.vms) {
      if (p.weight_prediction && rng.chance(0.5)) v.manner = random_manner(rng);
    }
    const Relief relief = relieve(s, HostId("h0"), p);
    EXPECT_EQ(moves_of(relief), brute_force(s, p)) << "cluster " << i << " of seed " << seed;
    EXPECT_FALSE(relief.explanation.limit_reached);
    EXPECT_EQ(relief.moves.empty(), !relief.infeasible.empty());
    ++sizes[relief.moves.size()];
    if (::testing::Test::HasFailure()) break;
  }
  return sizes;
}

/// The generator must reach what it is for.
void expect_variety(const Sizes& sizes) {
  EXPECT_GT(sizes[0], 10'000);
  EXPECT_GT(sizes[1], 10'000);
  EXPECT_GT(sizes[2], 5'000);
  EXPECT_GT(sizes[3], 1'000);
  EXPECT_GT(sizes[4], 300);
  EXPECT_GT(sizes[5], 50);
}

TEST(Search, AgreesWithPlainEnumerationOnAHundredThousandRandomClusters) {
  expect_variety(agree(20130624, 100'000, {}));
}

TEST(Search, OfTheLeastCostAgreesWithPlainEnumerationOnAHundredThousandRandomClusters) {
  Parameters p;
  p.objective = Objective::kLeastCost;
  expect_variety(agree(20130625, 100'000, p));
}

TEST(Search, WithPredictedTimesAgreesWithPlainEnumerationOnOverAHundredThousandRandomClusters) {
  Parameters p;
  p.weight_prediction = true;
  expect_variety(agree(20130626, 120'000, p));
}

TEST(Search, WithPredictedTimesTakesTheVmThatWritesLittle) {
  Snapshot s;
  for (const char* id : {"h0", "h1"}) s.hosts.push_back(host(id, {0, 0, 0}));
  s.hosts[0].usage.cpu = 95;
  s.vms = {vm("writes", "h0", {12, 0, 0}, 100), vm("rests", "h0", {12, 0, 0}, 150)};
  s.vms[0].manner = Manner{MethodWish::kPreCopy, false, 500ms, Duration{0}, 100, 90};
  s.vms[1].manner = Manner{MethodWish::kPreCopy, false, 500ms, Duration{0}, 100, 0};
  EXPECT_EQ(relieved(s, "h0"), "writes>h1");
  Parameters p;
  p.weight_prediction = true;
  EXPECT_EQ(relieved(s, "h0", p), "rests>h1");
}

TEST(Search, OfTheLeastCostTakesThreeCheapVmsRatherThanADearPair) {
  Snapshot s;
  for (const char* id : {"h0", "h1", "h2", "h3"}) s.hosts.push_back(host(id, {0, 0, 0}));
  s.hosts[0].usage.cpu = 97;
  s.vms = {vm("a", "h0", {4, 0, 0}, 100), vm("b", "h0", {4, 0, 0}, 100),
           vm("c", "h0", {4, 0, 0}, 100), vm("d", "h0", {8, 0, 0}, 90'000)};
  EXPECT_EQ(relieved(s, "h0"), "a>h1 d>h2");
  Parameters p;
  p.objective = Objective::kLeastCost;
  EXPECT_EQ(relieved(s, "h0", p), "a>h1 b>h2 c>h3");
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
