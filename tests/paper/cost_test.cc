// Tables 5.3 and 5.4. [IME13 §5.2]
#include "policy/cost.h"

#include <gtest/gtest.h>

#include "tests/paper/csv.h"

namespace prumo::paper {
namespace {

Utilisation utilisation_in(const Row& row) {
  return policy::utilisation_of(Resources{std::stod(row.at("cpu")), std::stod(row.at("memory")),
                                          std::stod(row.at("network"))},
                                Resources{1, 1, 1});
}

TEST(PaperCost, GivesEveryVolumeAndCostOfTables53And54) {
  const auto rows = read_csv("cost.csv");
  ASSERT_EQ(rows.size(), 7U);
  for (const Row& row : rows) {
    const Utilisation u = utilisation_in(row);
    EXPECT_NEAR(policy::volume_of(u).as_double(), std::stod(row.at("volume")), 0.011);
    EXPECT_NEAR(policy::cost_of(u, std::stod(row.at("image_mib")), 0.4, 0.6).as_double(),
                std::stod(row.at("cost")), 0.011);
  }
}

TEST(PaperCost, ChoosesTheCheapestOfEachTable) {
  std::map<std::string, std::pair<double, std::string>> cheapest;
  for (const Row& row : read_csv("cost.csv")) {
    const double cost =
        policy::cost_of(utilisation_in(row), std::stod(row.at("image_mib")), 0.4, 0.6).as_double();
    auto [it, fresh] = cheapest.try_emplace(row.at("table"), cost, row.at("chosen"));
    if (!fresh && cost < it->second.first) it->second = {cost, row.at("chosen")};
  }
  ASSERT_EQ(cheapest.size(), 2U);
  for (const auto& [table, best] : cheapest) EXPECT_EQ(best.second, "yes") << "table " << table;
}

}  // namespace
}  // namespace prumo::paper
