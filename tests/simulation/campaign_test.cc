// As many seeds as fit the time that PRUMO_SIM_SECONDS grants (20), but never fewer than kLeast.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "tests/simulation/run/simulation.h"

namespace prumo::simulation {
namespace {

constexpr std::uint64_t kLeast = 20;

double granted_seconds() {
  const char* text = std::getenv("PRUMO_SIM_SECONDS");
  return text == nullptr ? 20.0 : std::atof(text);
}

TEST(Simulation, ViolatesNothingUnderRandomFaults) {
  const auto begin = std::chrono::steady_clock::now();
  const auto spent = [begin] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  std::uint64_t seeds = 0;
  std::size_t arrived = 0;
  std::size_t elections = 0;
  Duration virtual_time{0};
  while (seeds < kLeast || spent() < granted_seconds()) {
    const Report report = run_and_explain(draw_scenario(++seeds));
    ASSERT_FALSE(report.violation.has_value()) << explain(report);
    arrived += report.arrived;
    elections += report.elections;
    virtual_time += report.virtual_time;
  }
  std::cout << seeds << " seeds, " << seconds(virtual_time) << " s of virtual time in " << spent()
            << " s, " << arrived << " migrations, " << elections << " elections\n";
  // A campaign in which nothing happens proves nothing.
  EXPECT_GT(arrived, 0U);
  EXPECT_GE(elections, seeds);
}

}  // namespace
}  // namespace prumo::simulation
