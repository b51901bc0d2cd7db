#include "tests/simulation/run/campaign.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/simulation/program/summary.h"

namespace prumo::simulation {
namespace {

/// As many seeds as fit the time that PRUMO_SIM_SECONDS grants (5), but never fewer than 20.
TEST(Campaign, ViolatesNothingUnderRandomFaults) {
  const char* text = std::getenv("PRUMO_SIM_SECONDS");
  CampaignPlan plan;
  plan.last = 1'000'000;
  plan.granted_seconds = text == nullptr ? 5 : std::atof(text);
  plan.least = 20;
  const Campaign campaign = run_campaign(plan);
  std::cout << as_text(plan, campaign, false);
  EXPECT_TRUE(passed(plan, campaign));
  // A campaign in which nothing happens proves nothing.
  EXPECT_GT(campaign.arrived, 0U);
  EXPECT_GE(campaign.elections, campaign.seeds);
  EXPECT_GE(campaign.repeated, 1U);
}

/// Each was violated once, and lies beyond the seeds that scripts/test goes through.
TEST(Campaign, ViolatesNothingWhereItOnceDid) {
  for (const std::uint64_t seed :
       {20999,  21914,  22117,  22606,  23189,  23667,  25360,  25660,  26669,  28212,
        28617,  29519,  29753,  30324,  32468,  33358,  36775,  37147,  37720,  40829,
        103159, 111679, 114422, 117170, 128970, 129089, 137895, 140901, 176110, 177175,
        177470, 178614, 181470, 183433, 185681, 187185, 263766, 276318, 282796, 235201,
        286624, 294470, 248093, 357243, 337596, 401305, 452628, 430185}) {
    CampaignPlan plan;
    plan.first = plan.last = seed;
    const Campaign campaign = run_campaign(plan);
    EXPECT_TRUE(campaign.failed.empty()) << as_text(plan, campaign, false);
  }
}

TEST(Campaign, GivesTheSameOnOneThreadAndOnSeveral) {
  CampaignPlan plan;
  plan.last = 24;
  const Campaign one = run_campaign(plan);
  plan.jobs = 3;
  const Campaign three = run_campaign(plan);
  EXPECT_EQ(one.seeds, 24U);
  EXPECT_EQ(one.fingerprint, three.fingerprint);
  EXPECT_EQ(one.paths, three.paths);
  EXPECT_EQ(one.elections, three.elections);
}

TEST(Campaign, ReportsTheLowestSeedThatFailsHoweverManyThreadsItHas) {
  CampaignPlan plan;
  plan.last = 300;
  plan.without = find_weakening("once");
  const Campaign one = run_campaign(plan);
  plan.jobs = 3;
  const Campaign three = run_campaign(plan);
  ASSERT_FALSE(one.failed.empty());
  ASSERT_FALSE(three.failed.empty());
  EXPECT_EQ(one.failed.front().seed, three.failed.front().seed);
  EXPECT_FALSE(passed(plan, three));
  EXPECT_NE(as_text(plan, three, false).find("prumo-simulate --replay"), std::string::npos);
}

TEST(Campaign, EndsWithoutViolationWhenItsTimeIsOver) {
  CampaignPlan plan;
  plan.last = 1'000'000;
  plan.granted_seconds = 0;
  plan.least = 3;
  EXPECT_EQ(run_campaign(plan).seeds, 3U);
}

TEST(Paths, AreNamedWithoutHostsVmsAndNumbers) {
  EXPECT_EQ(path_of("settling for 9 s after vm-1-2"), "settling for N s after VM");
  EXPECT_EQ(path_of("held for vm-3-1 from h2"), "held for VM from HOST");
  EXPECT_EQ(path_of("cpu 0.910 > 0.850, memory 0.9 > 0.85"), "cpu N > N");
  EXPECT_EQ(path_of(""), "");
}

}  // namespace
}  // namespace prumo::simulation
