#include "src/impact/statistics.h"

#include <gtest/gtest.h>

#include "src/impact/report.h"
#include "src/impact/schedule.h"

namespace prumo::impact {
namespace {

Request answered(Duration due, Duration response) {
  return {due, due, due + response, Outcome::kAnswered};
}
Request unanswered(Duration due) { return {due, due, due + 10s, Outcome::kUnanswered}; }

/// A hundred a second for `span`, answered in 1 ms, but for what is due in the silence.
std::vector<Request> steady(Duration span, Window silence = {}) {
  std::vector<Request> out;
  const Schedule schedule(100);
  for (std::uint64_t i = 0; schedule.due(i) < span; ++i) {
    const Duration due = schedule.due(i);
    out.push_back(silence.contains(due) ? unanswered(due) : answered(due, 1ms));
  }
  return out;
}

TEST(Schedule, AddsUpNoRounding) {
  EXPECT_EQ(Schedule(3).due(0), 0s);
  EXPECT_EQ(Schedule(3).due(1), Duration(333333));
  EXPECT_EQ(Schedule(3).due(3'000'000), 1'000'000s);
  EXPECT_EQ(Schedule(0.1).due(2), 20s);
}

TEST(Statistics, ASpanOwnsWhatWasDueInItAndWhatCameInIt) {
  const std::vector<Request> requests{answered(0s, 10ms), answered(900ms, 200ms),
                                      answered(1s, 20ms)};
  const Statistics first = statistics_of(requests, {0s, 1s}, 100ms);
  EXPECT_EQ(first.offered, 2U);
  EXPECT_EQ(first.came, 1U);
  EXPECT_EQ(first.over, 1U);
  EXPECT_DOUBLE_EQ(first.over_share(), 0.5);
  EXPECT_EQ(first.response_time.most, 200ms);
  const Statistics second = statistics_of(requests, {1s, 3s}, 100ms);
  EXPECT_EQ(second.offered, 1U);
  EXPECT_EQ(second.came, 2U);
  EXPECT_DOUBLE_EQ(second.throughput_per_s(), 1);
  EXPECT_DOUBLE_EQ(second.offered_per_s(), 0.5);
}

TEST(Statistics, PercentilesAreOfTheNearestRank) {
  std::vector<Request> requests;
  for (int i = 100; i >= 1; --i) requests.push_back(answered(1ms * i, 1ms * i));
  const Percentiles p = statistics_of(requests, {0s, 1s}, 1s).response_time;
  EXPECT_EQ(p.p50, 50ms);
  EXPECT_EQ(p.p95, 95ms);
  EXPECT_EQ(p.p99, 99ms);
  EXPECT_EQ(p.most, 100ms);
}

TEST(Statistics, WhatGotNoAnswerIsSlowerThanEverythingElse) {
  std::vector<Request> requests;
  for (int i = 1; i <= 96; ++i) requests.push_back(answered(1ms * i, 5ms));
  for (int i = 97; i <= 99; ++i) requests.push_back(unanswered(1ms * i));
  requests.push_back({100ms, 100ms, 101ms, Outcome::kRefused});
  const Statistics s = statistics_of(requests, {0s, 1s}, 250ms);
  EXPECT_EQ(s.response_time.p95, 5ms);
  EXPECT_EQ(s.response_time.p99, std::nullopt);
  EXPECT_EQ(s.response_time.most, std::nullopt);
  EXPECT_EQ(s.longest_answered, 5ms);
  EXPECT_EQ(s.unanswered, 3U);
  EXPECT_EQ(s.refused, 1U);
  EXPECT_EQ(s.over, 4U);
}

TEST(Statistics, OfNothingAreNothing) {
  const Statistics s = statistics_of({}, {0s, 0s}, 1s);
  EXPECT_EQ(s.response_time.p50, std::nullopt);
  EXPECT_DOUBLE_EQ(s.throughput_per_s(), 0);
  EXPECT_DOUBLE_EQ(s.over_share(), 0);
  EXPECT_EQ(longest_silence({}, {0s, 1s}), std::nullopt);
}

TEST(Silence, IsTheLongestTimeWithoutAnAnswer) {
  const auto silence = longest_silence(steady(10s, {4s, 5s}), {0s, 10s});
  ASSERT_TRUE(silence);
  EXPECT_EQ(silence->window.begin, 3990ms + 1ms);
  EXPECT_EQ(silence->window.end, 5s + 1ms);
  EXPECT_EQ(silence->due, 101U);  // the last of them ended it
  EXPECT_EQ(silence->lost, 100U);
  EXPECT_TRUE(silence->ended);
}

TEST(Silence, OutsideTheSpanIsNotItsOwn) {
  const auto silence = longest_silence(steady(10s, {4s, 5s}), {6s, 10s});
  ASSERT_TRUE(silence);
  EXPECT_EQ(silence->window.span(), 10ms);
}

TEST(Silence, ThatNeverEndsIsSaidToBeSo) {
  const auto silence = longest_silence(steady(10s, {4s, 10s}), {0s, 10s});
  ASSERT_TRUE(silence);
  EXPECT_FALSE(silence->ended);
  EXPECT_EQ(silence->window.end, 9990ms);
}

TEST(Silence, IsNothingWhereNothingEverAnswered) {
  EXPECT_EQ(longest_silence(steady(1s, {0s, 1s}), {0s, 1s}), std::nullopt);
}

TEST(Series, CutsTheRunIntoEqualSpans) {
  const auto series = series_of(steady(10s, {4s, 5s}), {0s, 10s}, 10, 250ms);
  ASSERT_EQ(series.size(), 10U);
  EXPECT_EQ(series[3].offered, 100U);
  EXPECT_EQ(series[4].response_time.p50, std::nullopt);
  EXPECT_EQ(series[4].unanswered, 100U);
  EXPECT_EQ(series[5].response_time.p50, 1ms);
}

TEST(Punctuality, IsHowLateRequestsWereSent) {
  std::vector<Request> requests = steady(1s);
  requests[7].sent += 30ms;
  EXPECT_EQ(punctuality_of(requests).most, 30ms);
  EXPECT_EQ(punctuality_of(requests).p99, 0s);
  EXPECT_EQ(punctuality_of({}).most, 0s);
}

TEST(Report, SharesTheRunAmongItsPassages) {
  const std::vector<Request> requests = steady(20s, {4s, 5s});
  Passage there;
  there.window = {3s, 6s};
  Passage back;
  back.window = {12s, 14s};
  const Report report = report_of(requests, {0s, 20s}, {there, back}, 250ms);
  ASSERT_EQ(report.passages.size(), 2U);
  EXPECT_EQ(report.passages[0].before.offered, 300U);
  EXPECT_EQ(report.passages[0].during.unanswered, 100U);
  EXPECT_EQ(report.passages[0].after.span, 6s);
  EXPECT_EQ(report.passages[1].before.span, 6s);
  EXPECT_EQ(report.passages[1].after.span, 6s);
  ASSERT_TRUE(report.passages[0].silence);
  EXPECT_GT(report.passages[0].silence->window.span(), 1s);
  ASSERT_TRUE(report.passages[1].silence);
  EXPECT_EQ(report.passages[1].silence->window.span(), 10ms);
}

}  // namespace
}  // namespace prumo::impact
