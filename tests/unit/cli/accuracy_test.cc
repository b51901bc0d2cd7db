#include "src/cli/accuracy.h"

#include <gtest/gtest.h>

#include "tests/unit/cli/fake_daemon.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

json ended(const std::string& op, double total, double downtime, double copied,
           const json& prediction) {
  return {{"op", op},
          {"vm", "web3"},
          {"from", "h1"},
          {"to", "h3"},
          {"outcome", "done"},
          {"time", "2026-03-04T14:02:12.744+01:00"},
          {"total_s", total},
          {"downtime_ms", downtime},
          {"copied_mib", copied},
          {"prediction", prediction}};
}
const json kPrediction{{"method", "pre-copy"}, {"total_s", 1.2},    {"downtime_ms", 66.0},
                       {"copied_mib", 120.0},  {"converges", true}, {"dirty_mib_s", 12.0}};

FakeDaemon daemon() {
  json failed = ended("7.30.0", 1, 1, 1, kPrediction);
  failed["outcome"] = "failed";
  FakeDaemon fake;
  fake.answers["migrations"] =
      json{{"running", json::array()},
           {"past",
            {ended("7.33.0", 1.0, 60, 100, kPrediction), ended("7.32.0", 1.5, 0, 0, kPrediction),
             failed, ended("7.31.0", 1, 1, 1, nullptr)}},
           {"unanswered", json::array({"h4"})}};
  return fake;
}

TEST(Accuracy, ComparesWhatWasPredictedOfThoseThatSucceeded) {
  FakeDaemon fake = daemon();
  const Ran ran = run_prumo({"migrations", "--accuracy", "--format", "json"}, fake);
  ASSERT_EQ(ran.exit, kDone) << ran.err;
  const json out = json::parse(ran.out);
  ASSERT_EQ(out.at("migrations").size(), 2U) << "neither the failed nor the one not predicted";
  const json& first = out.at("migrations")[0];
  EXPECT_EQ(first.at("op"), "7.33.0");
  EXPECT_EQ(first.at("method"), "pre-copy");
  EXPECT_NEAR(first.at("total_s").at("error_percent").get<double>(), 20, 1e-9);
  EXPECT_NEAR(first.at("downtime_ms").at("error_percent").get<double>(), 10, 1e-9);
  EXPECT_NEAR(first.at("copied_mib").at("error_percent").get<double>(), 20, 1e-9);
  EXPECT_TRUE(out.at("migrations")[1].at("copied_mib").at("measured").is_null());
  const json& total = out.at("summary").at("total_s");
  EXPECT_EQ(total.at("migrations"), 2);
  EXPECT_NEAR(total.at("mean_error_percent").get<double>(), 0, 1e-9);
  EXPECT_NEAR(total.at("median_absolute_error_percent").get<double>(), 20, 1e-9);
  EXPECT_NEAR(std::abs(total.at("worst_error_percent").get<double>()), 20, 1e-9);
  EXPECT_EQ(out.at("summary").at("copied_mib").at("migrations"), 1);
}

TEST(Accuracy, AsATableHasBothAndTheError) {
  FakeDaemon fake = daemon();
  const Ran ran = run_prumo({"migrations", "--accuracy"}, fake);
  EXPECT_NE(ran.out.find("1.20 / 1.00 s, +20 %"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("66 / 60 ms, +10 %"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("120 / ? MiB"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("downtime: half are within 10 %, on average +10 %"), std::string::npos)
      << ran.out;
  EXPECT_NE(ran.out.find("Did not answer in time: h4."), std::string::npos) << ran.out;
}

TEST(Accuracy, SaysThatThereIsNothingYetAndBearsAnyShape) {
  FakeDaemon fake;
  fake.answers["migrations"] = json{{"past", json::array()}};
  EXPECT_EQ(run_prumo({"migrations", "--accuracy"}, fake).out,
            "No migration that was predicted has ended yet.\n");
  for (const json& odd :
       {json(7), json::array({1}), json{{"past", 7}}, json{{"past", {1, "x", json::array()}}},
        json{{"past", {ended("1", 1, 1, 1, "soon")}}},
        json{{"past", {ended("1", 1, 1, 1, {{"total_s", "x"}, {"dirty_mib_s", "y"}})}}}}) {
    fake.answers["migrations"] = odd;
    EXPECT_EQ(run_prumo({"migrations", "--accuracy"}, fake).exit, kDone) << odd;
  }
}

}  // namespace
}  // namespace prumo::cli
