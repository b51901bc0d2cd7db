// Deadlines, probes, and what a pause does.

#include <gtest/gtest.h>

#include "tests/unit/gossip/machine.h"

namespace prumo::gossip {
namespace {

/// Runs to the next ping; empty when none comes within 20 s.
std::vector<std::pair<HostId, Ping>> next_ping(Machine& m) {
  const Instant end = m.now + 20s;
  while (m.gossip.next_deadline() <= end) {
    m.now = m.gossip.next_deadline();
    const auto pings = sent<Ping>(m.step(Tick{}));
    if (!pings.empty()) return pings;
  }
  return {};
}

TEST(Deadlines, ATickBeforeTheDeadlineDoesNothingAndOneAtItMovesIt) {
  Machine m(5);
  m.introduce(4);
  m.step(Own{summary_with(1), false});
  for (int i = 0; i < 2000; ++i) {
    const Instant due = m.gossip.next_deadline();
    ASSERT_GT(due, m.now);
    m.now = due - Duration{1};
    EXPECT_TRUE(m.step(Tick{}).empty());
    EXPECT_EQ(m.gossip.next_deadline(), due);
    m.now = due;
    m.step(Tick{});
  }
}

TEST(Deadlines, SpuriousTicksChangeNothing) {
  Machine quiet(5);
  quiet.introduce(4);
  Machine busy = quiet;
  const auto outputs = quiet.tick_until(quiet.now + 30s).size();
  std::size_t others = 0;
  const Instant end = busy.now + 30s;
  while (busy.gossip.next_deadline() <= end) {
    const Duration gap = busy.gossip.next_deadline() - busy.now;
    for (int i = 0; i < 3; ++i) others += busy.step_after(gap / 4, Tick{}).size();
    busy.now = busy.gossip.next_deadline();
    others += busy.step(Tick{}).size();
  }
  EXPECT_EQ(others, outputs);
}

TEST(Deadlines, AMachineAloneNeitherSendsNorStops) {
  Machine m(1);
  m.step(Own{summary_with(1), true});
  EXPECT_TRUE(m.tick_until(m.now + 60s).empty());
  EXPECT_GT(m.gossip.next_deadline(), m.now);
}

TEST(Probe, AnAnswerInTimeIsNoSuspicion) {
  Machine m(2);
  m.introduce(1);
  for (int i = 0; i < 20; ++i) {
    const auto pings = next_ping(m);
    ASSERT_EQ(pings.size(), 1U);
    m.now = m.now + 400ms;
    m.hears(1, Ack{pings[0].second.sequence, host(1)});
  }
  EXPECT_EQ(m.known(1).standing, Standing::kAlive);
}

TEST(Probe, AsksHelpersAfterTheTimeoutAndBelievesTheirAcknowledgement) {
  Machine m(6);
  m.introduce(5);
  const auto pings = next_ping(m);
  ASSERT_EQ(pings.size(), 1U);
  const HostId target = pings[0].first;
  const auto out = m.tick_until(m.now + 500ms);
  const auto again = sent<Ping>(out);
  EXPECT_TRUE(std::any_of(again.begin(), again.end(), [&](const auto& ping) {
    return ping.first == target && ping.second.sequence == pings[0].second.sequence;
  })) << "and it once more";
  const auto requests = sent<PingRequest>(out);
  ASSERT_EQ(requests.size(), 3U);
  for (const auto& [to, request] : requests) {
    EXPECT_NE(to, target);
    EXPECT_EQ(request.target, target);
  }
  const auto& [helper, request] = requests[0];
  m.step_after(100ms, Incoming{helper, {1, 0}, Ack{request.sequence, target}});
  m.tick_until(m.now + 390ms);
  EXPECT_EQ(m.gossip.peers().at(target).standing, Standing::kAlive);
}

TEST(Probe, AnAcknowledgementFromOneWhoWasNotAskedProvesNothing) {
  Machine m(8, [] {
    Parameters p;
    p.indirect = 1;
    return p;
  }());
  m.introduce(7);
  const auto pings = next_ping(m);
  const HostId target = pings[0].first;
  const auto requests = sent<PingRequest>(m.tick_until(m.now + 500ms));
  ASSERT_EQ(requests.size(), 1U);
  for (std::size_t i = 1; i < 8; ++i) {
    if (host(i) == requests[0].first || host(i) == target) continue;
    m.hears(i, Ack{pings[0].second.sequence, target});
  }
  m.tick_until(m.now + 500ms);
  EXPECT_EQ(m.gossip.peers().at(target).standing, Standing::kSuspect);
}

TEST(Probe, WithoutAnyAnswerTheTargetIsSuspectAtTheEndOfThePeriod) {
  Machine m(2);
  m.introduce(1);
  next_ping(m);
  m.tick_until(m.now + 999ms);
  EXPECT_EQ(m.known(1).standing, Standing::kAlive);
  m.tick_until(m.now + 1ms);
  EXPECT_EQ(m.known(1).standing, Standing::kSuspect);
  EXPECT_EQ(m.known(1).accuser, host(0));
}

TEST(Probe, HelpersThatDoNotEvenSayNoSpeakAgainstOneself) {
  for (const bool nacks : {true, false}) {
    Machine m(6);
    m.introduce(5);
    next_ping(m);
    const auto requests = sent<PingRequest>(m.tick_until(m.now + 500ms));
    ASSERT_EQ(requests.size(), 3U);
    if (nacks) {
      for (const auto& [to, request] : requests)
        m.step(Incoming{to, {1, 0}, Nack{request.sequence, request.target}});
    }
    m.tick_until(m.now + 500ms);
    EXPECT_EQ(m.gossip.health_multiplier(), nacks ? 1U : 4U);
  }
}

TEST(Probe, AHelperPassesTheAnswerOnOrSaysNo) {
  Machine m(3);
  m.introduce(2);
  auto pings = sent<Ping>(m.hears(1, PingRequest{77, host(2)}));
  ASSERT_EQ(pings.size(), 1U);
  EXPECT_EQ(pings[0].first, host(2));
  const auto acks = sent<Ack>(m.hears(2, Ack{pings[0].second.sequence, host(2)}));
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0].first, host(1));
  EXPECT_EQ(acks[0].second.sequence, 77U);

  m.hears(1, PingRequest{78, host(2)});
  const auto nacks = sent<Nack>(m.tick_until(m.now + errand_timeout({})));
  ASSERT_EQ(nacks.size(), 1U);
  EXPECT_EQ(nacks[0].second.sequence, 78U);
}

TEST(Probe, AFloodOfRequestsIsRefusedBeyondItsBound) {
  Machine m(3);
  m.introduce(2);
  std::size_t pings = 0;
  std::size_t nacks = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto out = m.hears(1, PingRequest{i, host(2)});
    pings += sent<Ping>(out).size();
    nacks += sent<Nack>(out).size();
  }
  EXPECT_EQ(nacks, 1000U - kErrandsMost);
  EXPECT_LE(pings, kErrandsMost + 3);
}

TEST(Pause, LongerThanASuspicionGivesTheMailAChanceBeforeTheVerdict) {
  Machine m(3);
  m.introduce(2);
  m.step_after(10ms, Accuse{host(1)});
  const auto out = m.step_after(10min, Tick{});
  EXPECT_TRUE(of_kind<StandingChanged>(out).empty());
  EXPECT_GT(m.gossip.health_multiplier(), 1U);
  m.step_after(1ms, Heard{host(1), {1, 1}});
  EXPECT_EQ(m.known(1).standing, Standing::kAlive);
}

TEST(Pause, DuringAProbeIsNotHeldAgainstTheTarget) {
  Machine m(2);
  m.introduce(1);
  const auto pings = next_ping(m);
  const auto out = m.step_after(5s, Tick{});
  EXPECT_TRUE(of_kind<StandingChanged>(out).empty());
  m.hears(1, Ack{pings[0].second.sequence, host(1)});
  m.tick_until(m.now + 600ms);
  EXPECT_EQ(m.known(1).standing, Standing::kAlive);
}

TEST(Pause, OfAProcessThatIsAlwaysLateStillComesToAVerdict) {
  Machine m(3);
  m.introduce(2);
  m.step_after(10ms, Accuse{host(1)});
  for (int i = 0; i < 600; ++i) m.step_after(100ms, Tick{});
  EXPECT_EQ(m.known(1).standing, Standing::kDead);
}

TEST(Absent, MembersArePingedNowAndThenHoweverLongTheyAreAway) {
  Machine m(5);
  m.introduce(4);
  m.now = m.now + 5s;
  m.hears(2, Delta{{says(1, Standing::kDead), says(3, Standing::kLeft)}});
  m.now = m.now + 24h;
  m.step(Tick{});
  std::set<HostId> visited;
  const Instant end = m.now + 20s;
  while (m.gossip.next_deadline() <= end) {
    m.now = m.gossip.next_deadline();
    for (const auto& [to, ping] : sent<Ping>(m.step(Tick{}))) visited.insert(to);
    for (std::size_t i : {2U, 4U}) m.step(Heard{host(i), {1, 0}});
  }
  EXPECT_TRUE(visited.contains(host(1)));
  EXPECT_TRUE(visited.contains(host(3)));
}

}  // namespace
}  // namespace prumo::gossip
