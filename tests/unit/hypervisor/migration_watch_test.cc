#include "src/hypervisor/migration_watch.h"

#include <gtest/gtest.h>

namespace prumo::hypervisor {
namespace {

using policy::LastResort;
using policy::Method;

policy::MigrationSettings patient(Duration stall = 40s, LastResort last = LastResort::kAbort) {
  policy::MigrationSettings s;
  s.max_downtime = 400ms;
  s.deadline = 1h;
  s.stall = stall;
  s.last_resort = last;
  return s;
}

TEST(MigrationWatch, GivesUpAfterTheDeadline) {
  policy::MigrationSettings s = patient(1h);
  s.deadline = 100s;
  MigrationWatch watch(s, Method::kPreCopy, 512);
  EXPECT_EQ(watch.look(99s, 5), Help::kNone);
  EXPECT_EQ(watch.given_up(), "");
  EXPECT_EQ(watch.look(100s, 1), Help::kGiveUp);
  EXPECT_EQ(watch.look(101s, 1), Help::kGiveUp);
  EXPECT_EQ(watch.given_up(), "given up: not done within 100 s");
}

TEST(MigrationWatch, HelpsStepByStepThenGivesUp) {
  MigrationWatch watch(patient(), Method::kPreCopy, 512);
  EXPECT_EQ(watch.downtime(), 100ms);
  EXPECT_EQ(watch.look(1s, 50), Help::kNone);
  EXPECT_EQ(watch.look(9s, 60), Help::kNone);
  EXPECT_EQ(watch.look(10s, 49), Help::kNone);  // a new low
  EXPECT_EQ(watch.look(19s, 49), Help::kNone);
  EXPECT_EQ(watch.look(20s, 49), Help::kMoreDowntime);
  EXPECT_EQ(watch.downtime(), 200ms);
  EXPECT_EQ(watch.look(29s, 49), Help::kNone);
  EXPECT_EQ(watch.look(30s, 49), Help::kMoreDowntime);
  EXPECT_EQ(watch.downtime(), 400ms);
  EXPECT_EQ(watch.look(69s, 49), Help::kNone);
  EXPECT_EQ(watch.look(70s, 49), Help::kGiveUp);
  EXPECT_NE(watch.given_up().find("no progress for 40 s"), std::string::npos);
}

TEST(MigrationWatch, NeedsNoHelpWhileItMakesProgress) {
  MigrationWatch watch(patient(), Method::kPreCopy, 512);
  for (int s = 0; s < 600; s += 9)
    EXPECT_EQ(watch.look(Duration(std::chrono::seconds(s)), 1000 - s), Help::kNone) << s;
}

TEST(MigrationWatch, TakesTheLastResortOnceAndThenGivesUp) {
  MigrationWatch watch(patient(40s, LastResort::kStopAndCopy), Method::kPreCopy, 512);
  EXPECT_EQ(watch.look(10s, std::nullopt), Help::kMoreDowntime);
  EXPECT_EQ(watch.look(20s, std::nullopt), Help::kMoreDowntime);
  EXPECT_EQ(watch.look(60s, std::nullopt), Help::kLastResort);
  EXPECT_EQ(watch.look(99s, std::nullopt), Help::kNone);
  EXPECT_EQ(watch.look(100s, std::nullopt), Help::kGiveUp);
}

TEST(MigrationWatch, NeverGivesUpWhatHasGoneOverToPostCopy) {
  MigrationWatch chosen(patient(), Method::kPostCopy, 512);
  chosen.went_over();
  EXPECT_EQ(chosen.look(24h, 5), Help::kNone);
  MigrationWatch resorted(patient(40s, LastResort::kPostCopy), Method::kPreCopy, 512);
  EXPECT_EQ(resorted.look(10s, 5), Help::kNone);
  EXPECT_EQ(resorted.look(20s, 5), Help::kMoreDowntime);
  EXPECT_EQ(resorted.look(30s, 5), Help::kMoreDowntime);
  EXPECT_EQ(resorted.look(70s, 5), Help::kLastResort);
  resorted.went_over();
  EXPECT_EQ(resorted.look(24h, 5), Help::kNone);
}

TEST(MigrationWatch, GivesUpWhatWasToGoOverAndNeverDid) {
  MigrationWatch chosen(patient(), Method::kPostCopy, 512);
  EXPECT_EQ(chosen.look(39s, std::nullopt), Help::kNone);
  EXPECT_EQ(chosen.look(40s, std::nullopt), Help::kGiveUp);
  MigrationWatch resorted(patient(40s, LastResort::kPostCopy), Method::kPreCopy, 512);
  EXPECT_EQ(resorted.look(10s, 5), Help::kNone);
  EXPECT_EQ(resorted.look(20s, 5), Help::kMoreDowntime);
  EXPECT_EQ(resorted.look(30s, 5), Help::kMoreDowntime);
  EXPECT_EQ(resorted.look(70s, 5), Help::kLastResort);
  EXPECT_EQ(resorted.look(109s, 5), Help::kNone);
  EXPECT_EQ(resorted.look(110s, 5), Help::kGiveUp);
}

TEST(MigrationWatch, IsMorePatientWithABiggerVm) {
  policy::MigrationSettings s = patient();
  MigrationWatch watch(s, Method::kStopAndCopy, 4096);
  EXPECT_EQ(watch.look(0s, 5), Help::kNone);
  EXPECT_EQ(watch.look(159s, 5), Help::kNone);
  EXPECT_EQ(watch.look(160s, 5), Help::kGiveUp);
}

}  // namespace
}  // namespace prumo::hypervisor
