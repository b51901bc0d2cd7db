#include "src/daemon/basis.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "src/wire/snapshot_json.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;

/// Figures whose last bits matter.
note::Weighed weighed(std::size_t hosts = 3) {
  note::Weighed w{{Epoch{7}, Round{31}}, {}};
  for (std::size_t i = 0; i < hosts; ++i) {
    policy::Host h;
    h.id = HostId("h" + std::to_string(i));
    h.capacity = {16, 65536.1, 1000};
    h.usage = {i == 0 ? 15.0 : 1.0 / 3 + static_cast<double>(i), 100 * 0.1 + 0.2, 1e-17};
    h.samples.assign(policy::kSamplesKept, {1.0 / 7, 2.0 / 3, 0.1 + 0.2});
    w.input.snapshot.hosts.push_back(h);
  }
  policy::Vm v;
  v.id = VmId("v1");
  v.host = HostId("h0");
  v.usage = {2.7 + 1e-15, 1000.0 / 3, 0};
  v.image_mib = 512.3;
  v.memory_mib = 1024;
  v.barred[HostId("h1")] = "refused";
  w.input.snapshot.vms.push_back(v);
  w.input.asking = {{HostId("h0"), true}};
  w.input.parameters.target = 0.1 + 0.7;
  w.input.parameters.objective = policy::Objective::kLeastCost;
  return w;
}

TEST(Basis, GivesBackTheSameInputToTheBitAndSoTheSameDecision) {
  const note::Weighed w = weighed();
  const json kept = json::parse(basis_of(w, "h5", 1000).json);
  const auto input = wire::round_input_from_json(kept, w.input.parameters);
  ASSERT_TRUE(input) << input.error().message;
  EXPECT_EQ(*input, w.input);
  const auto then = policy::decide(w.input);
  const auto now = policy::decide(*input);
  ASSERT_EQ(then.size(), now.size());
  EXPECT_EQ(then[0].moves, now[0].moves);
  EXPECT_EQ(wire::to_json(then[0].explanation), wire::to_json(now[0].explanation));
}

TEST(Basis, HasTheSettingsToTheBit) {
  const json kept = json::parse(basis_of(weighed(), "h5", 1000).json);
  EXPECT_EQ(kept.at("settings").at("target").get<double>(), 0.1 + 0.7);
  EXPECT_EQ(kept.at("settings").at("objective"), "least-cost");
  EXPECT_EQ(kept.at("settings").at("work_limit"), 200'000);
  EXPECT_EQ(kept.at("round"), "7.31");
  EXPECT_EQ(kept.at("by"), "h5");
}

TEST(Basis, OfThousandsOfHostsLeavesOutTheSamplesRatherThanBeingLost) {
  const store::Basis basis = basis_of(weighed(2000), "h5", 1000);
  EXPECT_LE(basis.json.size(), store::kBasisMost);
  EXPECT_FALSE(json::parse(basis.json).at("hosts").at(0).contains("samples"));
}

}  // namespace
}  // namespace prumo::daemon
