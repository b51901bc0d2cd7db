#include "policy/retrial.h"

#include <gtest/gtest.h>

#include "policy/smoothing.h"
#include "tests/unit/policy/cluster.h"

namespace prumo::policy::testing {
namespace {

/// h1 asked at cpu 0.93; h2 is calm at 0.83; h3 has room.
RoundInput round() {
  RoundInput input;
  input.snapshot.hosts = {host("h1", {93, 20, 0}), host("h2", {83, 10, 0}),
                          host("h3", {30, 10, 0})};
  input.snapshot.hosts[0].closed = kOverloadedItself;
  input.snapshot.vms = {vm("a", "h1", {9, 0, 0}, 50), vm("b", "h1", {20, 0, 0}, 80)};
  input.asking = {{HostId("h1"), false}};
  return input;
}

std::string moves_now(const Result<Retrial>& retrial) {
  std::string text;
  for (const Relief& relief : decide(retrial->input)) text += moves_of(relief);
  return text;
}

TEST(Retrial, WithTheSameSettingsIsTheSameInput) {
  const auto retrial = retry(round(), round().parameters);
  ASSERT_TRUE(retrial);
  EXPECT_EQ(retrial->input, round());
  EXPECT_TRUE(retrial->calm.empty());
  EXPECT_TRUE(retrial->unheard.empty());
}

TEST(Retrial, WithALowerTargetMovesMore) {
  Parameters p;
  p.target = 0.75;
  EXPECT_EQ(moves_now(retry(round(), round().parameters)), "a>h3");
  EXPECT_EQ(moves_now(retry(round(), p)), "b>h3");
}

TEST(Retrial, NamesWhoWouldNotAskAnyMore) {
  Parameters p;
  p.overload = 0.95;
  const auto retrial = retry(round(), p);
  EXPECT_EQ(retrial->calm, std::vector{HostId("h1")});
  EXPECT_TRUE(retrial->input.asking.empty());
  EXPECT_EQ(retrial->input.snapshot.hosts[0].closed, "");
}

TEST(Retrial, NamesWhoWouldAskTooAndGivesThemNoVm) {
  Parameters p;
  p.overload = 0.8;
  p.target = 0.79;
  const auto retrial = retry(round(), p);
  EXPECT_EQ(retrial->unheard, std::vector{HostId("h2")});
  EXPECT_EQ(retrial->input.snapshot.hosts[1].closed, kOverloadedItself);
}

/// Figures as the daemon has them: smoothed from all the samples there were.
RoundInput sampled(std::size_t samples) {
  RoundInput input = round();
  for (Host& h : input.snapshot.hosts) {
    const double steady = h.usage.cpu;
    Smoother smoother(input.parameters.mu);
    for (std::size_t i = 0; i < samples; ++i) {
      const double late = i + 2 < samples || h.id.value != "h1" ? 0 : 12;
      smoother.step({steady - 6 + late, 10, 0});
      h.samples.push_back({steady - 6 + late, 10, 0});
      if (h.samples.size() > kSamplesKept) h.samples.erase(h.samples.begin());
    }
    h.usage = smoother.value();
  }
  return input;
}

TEST(Retrial, OfAnotherMuSmoothsTheSamplesAnew) {
  Parameters p;
  p.mu = 0.4;
  const RoundInput input = sampled(6);
  const auto retrial = retry(input, p);
  ASSERT_TRUE(retrial) << retrial.error().message;
  Smoother smoother(0.4);
  for (const Resources& sample : input.snapshot.hosts[0].samples) smoother.step(sample);
  EXPECT_EQ(retrial->input.snapshot.hosts[0].usage, smoother.value());
  // 87 for long, then twice 99: with mu 0.6 that is 97.1, with 0.1 it is 89.3, not overloaded.
  p.mu = 0.1;
  EXPECT_EQ(retry(sampled(6), p)->calm, std::vector{HostId("h1")});
}

TEST(Retrial, KeepsWhatWasPromisedToAHost) {
  RoundInput input = sampled(6);
  input.snapshot.hosts[2].usage.cpu += 25;
  Parameters p;
  p.mu = 0.4;
  EXPECT_NEAR(retry(input, p)->input.snapshot.hosts[2].usage.cpu, 24 + 25, 1e-9);
}

TEST(Retrial, RefusesAMuForWhichTooFewSamplesAreKept) {
  Parameters p;
  p.mu = 0.1;
  EXPECT_TRUE(retry(sampled(10), p)) << "all samples there ever were are kept";
  const auto refused = retry(sampled(30), p);
  ASSERT_FALSE(refused);
  EXPECT_EQ(
      refused.error().message,
      "the last 20 samples of h1 are kept, too few for mu 0.10; mu 0.21 or more can be tried");
  p.mu = 0.21;
  EXPECT_TRUE(retry(sampled(30), p));
}

TEST(Retrial, RefusesAnotherMuWithoutSamplesUnlessTheHostTookNothing) {
  Parameters p;
  p.mu = 0.4;
  EXPECT_EQ(retry(round(), p).error().message,
            "the samples of h1 are not kept with this round: mu can't be tried");
  RoundInput input = sampled(6);
  input.snapshot.hosts[1].samples.clear();
  input.snapshot.hosts[1].closed = "no answer in 500 ms";
  EXPECT_TRUE(retry(input, p));
}

TEST(Decide, GivesDestinationsOfOneToNoOtherSaveForAdvice) {
  RoundInput input;
  input.snapshot.hosts = {host("h1", {95, 0, 0}), host("h2", {93, 0, 0}), host("h3", {30, 0, 0}),
                          host("h4", {20, 0, 0})};
  for (int i : {0, 1}) input.snapshot.hosts[static_cast<std::size_t>(i)].closed = kOverloadedItself;
  input.snapshot.vms = {vm("a", "h1", {20, 0, 0}), vm("b", "h2", {20, 0, 0})};
  input.asking = {{HostId("h1"), false}, {HostId("h2"), false}};
  auto reliefs = decide(input);
  EXPECT_EQ(moves_of(reliefs[0]) + " " + moves_of(reliefs[1]), "a>h3 b>h4");
  input.asking[0].advice = true;
  reliefs = decide(input);
  EXPECT_EQ(moves_of(reliefs[0]) + " " + moves_of(reliefs[1]), "a>h3 b>h3");
}

}  // namespace
}  // namespace prumo::policy::testing
