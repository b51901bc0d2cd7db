// Experiments 1 and 2. [IME13 §6]
#include <gtest/gtest.h>

#include "policy/cost.h"
#include "policy/overload.h"
#include "policy/plan.h"
#include "policy/smoothing.h"
#include "src/wire/snapshot_json.h"
#include "tests/paper/csv.h"

namespace prumo::paper {
namespace {

TEST(PaperExperiment1, TheCheapestVmGoesToTheBusierHostThatFits) {
  const std::string text = read_data("experiment1.json");
  const auto expected = nlohmann::json::parse(text).at("expected");
  const auto snapshot = wire::parse_snapshot(text);
  ASSERT_TRUE(snapshot) << snapshot.error().message;

  const policy::Decision decision = policy::plan(*snapshot, {});
  ASSERT_EQ(decision.reliefs.size(), 1U);
  for (const policy::VmVerdict& v : decision.reliefs[0].explanation.vms) {
    EXPECT_NEAR(v.cost.as_double(), expected.at("costs").at(v.vm.value).get<double>(), 0.011);
  }
  EXPECT_EQ(decision.reliefs[0].explanation.vms.size(), expected.at("costs").size());

  nlohmann::json migrations = nlohmann::json::array();
  const nlohmann::json answer = wire::to_json(decision);
  for (const auto& m : answer.at("migrations")) {
    migrations.push_back({{"vm", m.at("vm")}, {"from", m.at("from")}, {"to", m.at("to")}});
  }
  EXPECT_EQ(migrations, expected.at("migrations"));
}

TEST(PaperExperiment2, AShortPeakMovesNothing) {
  const auto rows = read_csv("experiment2.csv");
  ASSERT_EQ(rows.size(), 17U);
  policy::Smoother smoother(0.6);
  bool peak_above_limit = false;
  for (const Row& row : rows) {
    const double sample = std::stod(row.at("cpu"));
    peak_above_limit = peak_above_limit || sample > 90;
    const Utilisation u = policy::utilisation_of(smoother.step({sample, 0, 0}), {100, 100, 100});
    EXPECT_FALSE(policy::overloaded(u, Micro::of(0.90))) << row.at("time");
  }
  // Without smoothing the peak at 16:18:52 would have counted.
  EXPECT_TRUE(peak_above_limit);
}

}  // namespace
}  // namespace prumo::paper
