// Tables 5.1 and 5.2. [IME13 §5.1]
#include "policy/smoothing.h"

#include <gtest/gtest.h>

#include "tests/paper/csv.h"

namespace prumo::paper {
namespace {

TEST(PaperSmoothing, GivesEveryValueOfTables51And52) {
  const auto rows = read_csv("smoothing.csv");
  ASSERT_EQ(rows.size(), 44U);
  policy::Smoother smoother(0.5);
  for (const Row& row : rows) {
    if (row.at("step") == "0") smoother = policy::Smoother(std::stod(row.at("mu")));
    const double sample = std::stod(row.at("sample"));
    EXPECT_NEAR(smoother.step({sample, 0, 0}).cpu, std::stod(row.at("smoothed")), 0.005 + 1e-9)
        << "table " << row.at("table") << ", mu " << row.at("mu") << ", step " << row.at("step");
  }
}

}  // namespace
}  // namespace prumo::paper
